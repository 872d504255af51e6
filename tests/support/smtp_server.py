"""A scripted SMTP server on aiosmtpd for tests. Its first line of output is "port N", then one JSON object a mail.

    smtp_server.py [--port N] [--security starttls|tls|none] [--cert FILE --key FILE] [--user U --password P]
                   [--mechanism NAME] [--connections] [--then STEP]...

Each connection takes the next STEP; the last one holds for all that follow:
accept, greylist (451 to RCPT), refuse=ADDRESS (550 to that recipient), full (452 after the mail), reject (554 after
the mail), die (takes the mail, then closes without an answer), hang (never greets), hang-data (takes the mail, never
answers), busy (421 as greeting), sender (553 to MAIL), slow=MILLISECONDS (accepts, and answers MAIL, RCPT and the mail
after up to that long).

--mechanism permits only that one of AUTH. With --connections a JSON object is printed for each connection that opens
and ends, too: {"connection": "open"|"closed", "time": SECONDS}.
"""

import argparse
import asyncio
import json
import random
import ssl
import sys
import time

from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    def __init__(self, step):
        self.step = step

    async def wait(self):
        if self.step.startswith("slow="):
            await asyncio.sleep(random.uniform(0, int(self.step[5:]) / 1000))

    async def handle_MAIL(self, server, session, envelope, address, options):
        await self.wait()
        if self.step == "sender":
            return "553 5.7.1 sender not permitted"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        await self.wait()
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
                    "mechanism": server.mechanism,
                    "step": self.step,
                    "connected": server.connected,
                    "time": time.time(),
                }
            ),
            flush=True,
        )
        if self.step == "die":
            server.transport.abort()
            await asyncio.sleep(3600)
        if self.step == "hang-data":
            await asyncio.sleep(3600)
        await self.wait()
        return "250 2.0.0 queued as 1A2B3C"


class Session(SMTP):
    tells = False
    connected = None
    mechanism = None

    def connection_made(self, transport):
        if self.connected is None:  # with STARTTLS the encrypted connection is made within the first
            self.connected = time.time()
            self.tell("open")
        super().connection_made(transport)

    def connection_lost(self, error):
        self.tell("closed")
        super().connection_lost(error)

    def tell(self, what):
        if self.tells:
            print(json.dumps({"connection": what, "time": time.time()}), flush=True)


class Silent(asyncio.Protocol):
    def __init__(self, words=b""):
        self.words = words

    def connection_made(self, transport):
        transport.write(self.words)
        if self.words:
            transport.close()


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--security", default="none")
    parser.add_argument("--cert")
    parser.add_argument("--key")
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--mechanism", choices=["PLAIN", "LOGIN"])
    parser.add_argument("--connections", action="store_true")
    parser.add_argument("--then", action="append")
    options = parser.parse_args()
    steps = options.then or ["accept"]
    Session.tells = options.connections
    context = None
    if options.cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.cert, options.key)

    def authenticate(server, session, envelope, mechanism, data):
        server.mechanism = mechanism
        good = data.login.decode() == options.user and data.password.decode() == options.password
        return AuthResult(success=good, handled=False, auth_data=data)

    def connection():
        step = steps.pop(0) if len(steps) > 1 else steps[0]
        if step == "hang":
            return Silent()
        if step == "busy":
            return Silent(b"421 4.3.2 closing down\r\n")
        return Session(
            Handler(step),
            hostname="mail.test",
            tls_context=context if options.security == "starttls" else None,
            require_starttls=options.security == "starttls",
            auth_required=options.user is not None,
            auth_require_tls=options.security == "starttls",
            auth_exclude_mechanism={"PLAIN", "LOGIN"} - {options.mechanism} if options.mechanism else None,
            authenticator=authenticate if options.user else None,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        connection, "127.0.0.1", options.port, ssl=context if options.security == "tls" else None
    )
    print("port", server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        sys.exit(0)
