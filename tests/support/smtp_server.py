"""A scripted SMTP server on aiosmtpd for tests. Its first line of output is "port N", then one JSON object a mail.

    smtp_server.py [--security starttls|tls|none] [--cert FILE --key FILE] [--user U --password P] [--then STEP]...

Each connection takes the next STEP; the last one holds for all that follow:
accept, greylist (451 to RCPT), refuse=ADDRESS (550 to that recipient), full (452 after the mail), reject (554 after
the mail), die (takes the mail, then closes without an answer), hang (never greets), hang-data (takes the mail, never
answers), busy (421 as greeting), sender (553 to MAIL).
"""

import argparse
import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    def __init__(self, step):
        self.step = step

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.step == "sender":
            return "553 5.7.1 sender not permitted"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.step == "greylist":
            return "451 4.7.1 greylisted, come back later"
        if self.step.startswith("refuse=") and address == self.step[7:]:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.step == "full":
            return "452 4.2.2 mailbox full"
        if self.step == "reject":
            return "554 5.7.1 looks like spam"
        print(
            json.dumps(
                {
                    "from": envelope.mail_from,
                    "to": envelope.rcpt_tos,
                    "data": envelope.original_content.decode("latin-1"),
                    "tls": session.ssl is not None,
                    "user": session.auth_data.login.decode() if session.auth_data else None,
                    "step": self.step,
                }
            ),
            flush=True,
        )
        if self.step == "die":
            server.transport.abort()
            await asyncio.sleep(3600)
        if self.step == "hang-data":
            await asyncio.sleep(3600)
        return "250 2.0.0 queued as 1A2B3C"


class Silent(asyncio.Protocol):
    def __init__(self, words=b""):
        self.words = words

    def connection_made(self, transport):
        transport.write(self.words)
        if self.words:
            transport.close()


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--security", default="none")
    parser.add_argument("--cert")
    parser.add_argument("--key")
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--then", action="append")
    options = parser.parse_args()
    steps = options.then or ["accept"]
    context = None
    if options.cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.cert, options.key)

    def authenticate(server, session, envelope, mechanism, data):
        good = data.login.decode() == options.user and data.password.decode() == options.password
        return AuthResult(success=good, handled=False, auth_data=data)

    def connection():
        step = steps.pop(0) if len(steps) > 1 else steps[0]
        if step == "hang":
            return Silent()
        if step == "busy":
            return Silent(b"421 4.3.2 closing down\r\n")
        return SMTP(
            Handler(step),
            hostname="mail.test",
            tls_context=context if options.security == "starttls" else None,
            require_starttls=options.security == "starttls",
            auth_required=options.user is not None,
            auth_require_tls=options.security == "starttls",
            authenticator=authenticate if options.user else None,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        connection, "127.0.0.1", 0, ssl=context if options.security == "tls" else None
    )
    print("port", server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        sys.exit(0)
