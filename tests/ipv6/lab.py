#!/usr/bin/env python3
"""Portals over IPv4 and IPv6 in a network namespace of their own, and what `xuncha check` says of their IPv6.

lab.py --xuncha PROGRAM [--only NAME] [--work DIR]; ends with 77 where no namespace can be made (shown as skipped).
Inside the namespace addresses that are public elsewhere stand on loopback, so that nothing need be permitted; a device
that leads nowhere swallows what is to be dropped. One name server, one small HTTP server for each address.
"""
import argparse
import json
import os
import shutil
import socket
import socketserver
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler

SKIPPED = 77
NAMES_AT = "101.6.0.53"
PARTNER4, PARTNER6 = "101.6.9.1", "2400:9::1"
DROPPED = "2a02::dead"
SERVER6, SERVER6_LAME, SERVER6_CLOSED = "2400:53::1", "2400:53::2", "2400:53::3"  # name servers of the zones
TEXT = "".join(f"<p>第 {n} 条：关于做好 2026 年第 {n * 37} 号民政服务工作的通知，请各单位认真贯彻执行。</p>" for n in range(40))


def page(title, body=TEXT, more=""):
    return (200, {}, f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{title}</title></head><body><h1>{title}</h1>"
                     f"{body}{more}<a href='/about.html'>关于我们</a></body></html>")


PARTNER_LINK = "<a href='http://www.partner.example.com/'>合作单位</a>"


class World:
    """What the servers say, by address and host; changed by tests while they run."""

    def __init__(self):
        self.names = {}  # name -> {"A": [...], "AAAA": [...]}, a list or the word servfail
        self.sites = {}  # (address, host) -> function(path, visit) -> (status, headers, body)
        self.visits = {}
        self.broken6 = {}  # host -> how many of its 20 pages fail over IPv6
        self.lock = threading.Lock()

    def answer(self, address, host, path):
        site = self.sites.get((address, host))
        if site is None:
            return 404, {}, "no such site"
        with self.lock:
            visit = self.visits[(address, host, path)] = self.visits.get((address, host, path), 0) + 1
        if path.startswith("/p") and path.endswith(".html") and path[2:-5].isdigit():
            if ":" in address and int(path[2:-5]) % 20 < self.broken6.get(host, 0):
                return 502, {}, "<html><title>502</title>Bad Gateway</html>"
            return page(f"通知 {path}", f"<p>{path} 的正文：请认真贯彻执行。</p>")
        if path == "/robots.txt" or not (path == "/" or path == "/about.html" or path.endswith(".png")):
            return 404, {}, "<html><title>404</title>not found</html>"
        if path.endswith(".png"):
            return 200, {"Content-Type": "image/png"}, "\x89PNG"
        if path == "/about.html":
            return page("关于我们", "<p>本网站由办公室主办，联系电话见页脚。</p>")
        return site(visit)


WORLD = World()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        address = self.server.server_address[0]
        host = self.headers.get("Host", "").split(":")[0]
        status, headers, body = WORLD.answer(address, host, self.path.split("?")[0])
        data = body.encode("latin-1" if body.startswith("\x89") else "utf-8")
        self.send_response(status)
        for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_):
        pass


def serve(address, port, context=None):
    class One(Server):
        address_family = socket.AF_INET6 if ":" in address else socket.AF_INET

    server = One((address, port), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def name_server(address=NAMES_AT):
    """The resolver, or over IPv6 a server of the zones; one of them turns every question away."""
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((address, 53))

    def name_bytes(name):
        return b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"

    def reply(query):
        at, labels = 12, []
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode().lower())
            at += 1 + query[at]
        name, kind = ".".join(labels), struct.unpack(">H", query[at + 1:at + 3])[0]
        question = query[12:at + 5]
        known = WORLD.names.get(name)
        wanted = {1: "A", 28: "AAAA"}.get(kind)
        code, records = 0, []
        if address == SERVER6_LAME:
            code = 5
        elif known is None:
            code = 3
        elif kind in (2, 6) and "NS" in known:
            for server in known["NS"]:
                data = name_bytes(server) if kind == 2 else name_bytes(server) + b"\0" + struct.pack(">IIIII", 1, 1, 1, 1, 1)
                records.append(b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 1, len(data)) + data)
                if kind == 6:
                    break
        elif known.get(wanted) == "servfail":
            code = 2
        elif wanted in known:
            family = socket.AF_INET if wanted == "A" else socket.AF_INET6
            owner = b"\xc0\x0c"
            if "CNAME" in known:
                owner = name_bytes(known["CNAME"])
                records.append(b"\xc0\x0c" + struct.pack(">HHIH", 5, 1, 1, len(owner)) + owner)
            for text in known[wanted]:
                data = socket.inet_pton(family, text)
                records.append(owner + struct.pack(">HHIH", kind, 1, 1, len(data)) + data)
        authority = b""
        if not records and code in (0, 3):
            soa = b"\0\0" + struct.pack(">IIIII", 1, 1, 1, 1, 1)
            authority = b"\xc0\x0c" + struct.pack(">HHIH", 6, 1, 1, len(soa)) + soa
        head = query[:2] + struct.pack(">HHHHH", 0x8580 | code, 1, len(records), 1 if authority else 0, 0)
        return head + question + b"".join(records) + authority

    def loop():
        while True:
            query, sender = sock.recvfrom(1500)
            try:
                sock.sendto(reply(query), sender)
            except (IndexError, struct.error, UnicodeDecodeError):
                pass

    threading.Thread(target=loop, daemon=True).start()


def certificates(work):
    """A root and two certificates by it: for the site, and for another name."""
    def openssl(*words):
        subprocess.run(["openssl", *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=work)

    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "90", "-subj",
            "/CN=Laboratory", "-keyout", "root.key", "-out", "root.pem")
    contexts = []
    for file, name in (("good", "www.tls.gov.cn"), ("other", "www.elsewhere.example.com")):
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                "-keyout", f"{file}.key", "-out", f"{file}.csr")
        with open(os.path.join(work, "names"), "w", encoding="utf-8") as names:
            names.write(f"subjectAltName=DNS:{name}\n")
        openssl("x509", "-req", "-in", f"{file}.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days",
                "90", "-extfile", "names", "-out", f"{file}.pem")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.path.join(work, f"{file}.pem"), os.path.join(work, f"{file}.key"))
        contexts.append(context)
    return contexts


class Case:
    def __init__(self, name, stage, why=None, rule=None, reason=None, **rest):
        self.name, self.stage, self.why, self.rule, self.reason = name, stage, why, rule, reason
        self.v4_only = rest.pop("v4_only", [])
        self.aaaa = rest.pop("aaaa", "own")      # "own", None, "servfail" or an address
        self.a = rest.pop("a", True)
        self.linked = rest.pop("linked", True)   # to the partner, who proves our own IPv6
        self.over6 = rest.pop("over6", None)     # function(visit); None: as over IPv4
        self.over4 = rest.pop("over4", None)
        self.listens = rest.pop("listens", True)  # over IPv6
        self.https = rest.pop("https", False)
        self.cname = rest.pop("cname", None)
        self.more = rest.pop("more", "")
        self.arguments = rest.pop("arguments", [])
        self.anchors = rest.pop("anchors", None)
        self.broken6 = rest.pop("broken6", None)
        self.level2 = rest.pop("level2", None)
        self.servers = rest.pop("servers", None)  # of its zone: addresses over IPv6, None for one without
        assert not rest, rest

    @property
    def host(self):
        return f"www.{self.name.replace('_', '-')}.gov.cn"

    @property
    def home(self):
        return ("https" if self.https else "http") + f"://{self.host}/"


def other_page(visit):
    return page("Welcome to nginx!", "<p>If you see this page, the web server is working.</p>")


def changing_page(visit):
    body = "".join(f"<p>{(visit * 7919 + n) * 104729 % 999983} {(visit * 31 + n) * 15485863 % 999979}</p>" for n in range(200))
    return page("统计数据", body)


CASES = [
    Case("dual", "ok"),
    Case("alias", "ok", cname="cdn.example.net"),
    Case("six_only", "ok", a=False),
    Case("four_only", "no_aaaa", rule="ipv6.missing", aaaa=None),
    Case("four_only_alone", "unknown", why="unproven", aaaa=None, linked=False),
    Case("four_only_anchors", "no_aaaa", rule="ipv6.missing", aaaa=None, linked=False, anchors=PARTNER6),
    Case("refused", "connect", rule="ipv6.broken", reason="connect_refused", listens=False),
    Case("refused_alone", "unknown", why="unproven", listens=False, linked=False),
    Case("dropped", "connect", rule="ipv6.broken", reason="connect_timeout", aaaa=DROPPED),
    Case("anchors_down", "unknown", why="own_network", aaaa=DROPPED, anchors="2400:404::1"),
    Case("tls", "tls", rule="ipv6.broken", reason="tls_name", https=True),
    Case("bad_gateway", "http", rule="ipv6.broken", reason="http_502",
         over6=lambda visit: (502, {}, "<html><title>502</title>Bad Gateway</html>")),
    Case("elsewhere", "http", rule="ipv6.inconsistent",
         over6=lambda visit: (302, {"Location": "http://www.partner.example.com/"}, "")),
    Case("turned_away", "unknown", why="blocked", over6=lambda visit: (403, {}, "<html>Forbidden</html>")),
    Case("other_vhost", "content", rule="ipv6.inconsistent", over6=other_page),
    Case("changing", "unknown", why="unsteady", over4=changing_page, over6=changing_page),
    Case("servfail", "unknown", why="dns", aaaa="servfail"),
    Case("mapped", "bad_address", rule="ipv6.broken", aaaa="::ffff:101.6.9.1"),
    Case("unique_local", "bad_address", rule="ipv6.broken", aaaa="fd00::80"),
    Case("link_local", "bad_address", rule="ipv6.broken", aaaa="fe80::1"),
    Case("six_to_four", "bad_address", rule="ipv6.broken", aaaa="2002:6506:901::1"),
    Case("documentation", "bad_address", rule="ipv6.broken", aaaa="2001:db8::1"),
    Case("translated", "bad_address", rule="ipv6.missing", aaaa="64:ff9b::6506:901"),
    Case("permitted", "ok", aaaa="fd00::80", arguments=["--allow-cidr", "fd00::/8"]),
    Case("skylight", "resources", rule="ipv6.skylight", v4_only=["img.old.example.org"],
         more="<img src='http://img.old.example.org/a.png'><img src='http://www.partner.example.com/b.png'>"),
    Case("links", "ok", rule="ipv6.links", broken6=11, level2=10 / 21),
    Case("one_link", "ok", broken6=1, level2=20 / 21),
    Case("zone_well", "ok", servers=[SERVER6, SERVER6]),
    Case("zone_half", "ok", servers=[SERVER6, None]),
    Case("zone_dropped", "ok", servers=[DROPPED]),
    Case("zone_closed", "ok", servers=[SERVER6_CLOSED]),
    Case("zone_lame", "ok", servers=[SERVER6_LAME]),
    Case("zone_inside", "ok", servers=["fd00::53"]),  # is sent nothing
    Case("zone_alone", "no_aaaa", rule="ipv6.missing", aaaa=None, servers=[SERVER6]),
    # One failing sight is none: the second one is well.
    Case("flapping", "ok", over6=lambda visit: other_page(visit) if visit == 1 else None),
]


def build_world(work):
    good, other = certificates(work)
    addresses = [NAMES_AT, SERVER6, SERVER6_LAME, SERVER6_CLOSED, PARTNER4, PARTNER6, "fd00::80", "101.6.8.1"]
    listen = [(PARTNER4, 80, None), (PARTNER6, 80, None), ("fd00::80", 80, None), ("101.6.8.1", 80, None)]
    WORLD.names["www.partner.example.com"] = {"A": [PARTNER4], "AAAA": [PARTNER6]}
    WORLD.names["img.old.example.org"] = {"A": ["101.6.8.1"]}
    partner = page("合作单位", "<p>合作单位首页</p>")
    for address in (PARTNER4, PARTNER6):
        WORLD.sites[(address, "www.partner.example.com")] = lambda visit: partner
    WORLD.sites[("101.6.8.1", "img.old.example.org")] = lambda visit: page("old", "<p>old</p>")
    for number, case in enumerate(CASES, start=1):
        v4, v6 = f"101.6.1.{number}", f"2400:1::{number:x}"
        addresses += [v4, v6]
        record = {}
        if case.a:
            record["A"] = [v4]
        if case.aaaa == "own":
            record["AAAA"] = [v6]
        elif case.aaaa == "servfail":
            record["AAAA"] = "servfail"
        elif case.aaaa:
            record["AAAA"] = [case.aaaa]
        if case.cname:
            record["CNAME"] = case.cname
        WORLD.names[case.host] = record
        if case.servers is not None:
            zone = case.host.partition(".")[2]
            WORLD.names[zone] = {"NS": [f"ns{each}.{zone}" for each in range(len(case.servers))]}
            for each, server in enumerate(case.servers):
                WORLD.names[f"ns{each}.{zone}"] = {"A": [NAMES_AT], **({"AAAA": [server]} if server else {})}
        if case.broken6 is not None:
            WORLD.broken6[case.host] = case.broken6
            case.more += "".join(f"<a href='/p{page}.html'>通知 {page}</a>" for page in range(20))
        home = page(case.name, TEXT, (PARTNER_LINK if case.linked else "") + case.more)
        over4 = case.over4 or (lambda visit, home=home: home)
        over6 = (lambda visit, case=case, over4=over4: (case.over6(visit) if case.over6 else None) or over4(visit))
        WORLD.sites[(v4, case.host)] = over4
        for address in (v6, "fd00::80"):
            WORLD.sites[(address, case.host)] = over6
        port = 443 if case.https else 80
        listen.append((v4, port, good if case.https else None))
        if case.listens:
            listen.append((v6, port, other if case.https else None))
    return addresses, listen


def command(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def set_up(addresses):
    command("ip", "link", "set", "lo", "up")
    for address in addresses:
        command("ip", "address", "add", address + ("/128" if ":" in address else "/32"), "dev", "lo")
    # Routes to the whole internet that stay in here: what nobody has is refused at once, what is to be dropped vanishes.
    command("ip", "-6", "route", "add", "local", "2400::/12", "dev", "lo")
    command("ip", "link", "add", "nowhere", "type", "veth", "peer", "name", "never")
    command("ip", "link", "set", "never", "up")
    command("ip", "link", "set", "nowhere", "up")
    command("ip", "-6", "address", "add", "2a02::1/64", "dev", "nowhere", "nodad")
    command("ip", "-6", "route", "replace", "2a02::/64", "dev", "nowhere")
    command("ip", "-6", "neighbour", "add", DROPPED, "lladdr", "02:00:00:00:00:01", "nud", "permanent", "dev", "nowhere")


def check(xuncha, work, case, more=()):
    arguments = [xuncha, "check", case.home, "--format", "json", "--rate", "0", "--dns", f"{NAMES_AT}:53", *case.arguments]
    if case.https:
        arguments += ["--cacert", os.path.join(work, "root.pem")]
    if case.anchors:
        config = os.path.join(work, case.name + ".yml")
        with open(config, "w", encoding="utf-8") as file:
            file.write(f"sites: [{{home: \"{case.home}\"}}]\nanchors: [\"[{case.anchors}]:80\"]\n")
        arguments += ["--config", config]
    run = subprocess.run([*arguments, *more], capture_output=True, text=True, timeout=240, check=False)
    records = [json.loads(line) for line in run.stdout.splitlines()]
    site = next((record for record in records if record["record"] == "site"), {})
    findings = [record for record in records if record["record"] == "finding"]
    return site.get("ipv6") or {}, findings, run.stderr, run.returncode


def faults_of(xuncha, work, case, stages):
    ipv6, findings, errors, code = check(xuncha, work, case)
    stages[case.name] = ipv6.get("stage")
    faults = []

    def expect(what, seen, wanted):
        if seen != wanted:
            faults.append(f"{case.name}: {what} is {seen!r}, expected {wanted!r}")

    expect("stage", ipv6.get("stage"), case.stage)
    expect("why", ipv6.get("why"), case.why)
    if case.level2 is not None:
        expect("level2_rate", ipv6.get("level2_rate"), round(case.level2, 4))
    servers = None
    if case.servers is not None:
        zone = case.host.partition(".")[2]
        without = [f"ns{each}.{zone}" for each, server in enumerate(case.servers) if server != SERVER6]
        servers = {"zone": zone, "all": len(case.servers), "over_ipv6": len(case.servers) - len(without), "without": without}
    expect("name_servers", ipv6.get("name_servers"), servers)
    expect("v4_only_hosts", ipv6.get("v4_only_hosts"), case.v4_only)
    told = [(finding["rule"], finding["reason"], finding["state"]) for finding in findings]
    expect("findings", told, [(case.rule, case.reason, "open")] if case.rule else [])
    expect("exit code", code, 1 if case.rule else 0)
    for finding in findings:
        attempts = finding["evidence"]["attempts"]
        if not attempts or attempts[-1]["family"] != "ipv6" or finding["confirmations"] < 2:
            faults.append(f"{case.name}: not proven: {json.dumps(finding['evidence'], ensure_ascii=False)}")
        if finding["reason"] is None and not finding["detail"]:
            faults.append(f"{case.name}: nothing is said")
    if faults and errors:
        faults.append(errors.strip())
    return faults


BLACKBOX = "prometheus-blackbox-exporter"
CHROMIUM = "chromium"
BLACKBOX_AT = "127.0.0.1:9115"
# What the two mean otherwise by design: one follows a redirect to elsewhere, and takes an inside address as any other.
NOT_COMPARED = ("elsewhere", "unique_local", "permitted")


def oracle(work, stages):
    """Holds the verdicts of xuncha against those of an independent prober, over each family alone."""
    config, names = os.path.join(work, "blackbox.yml"), os.path.join(work, "resolv.conf")
    modules = {f"over{family[-1]}": {"prober": "http", "timeout": "4s", "http": {
        "preferred_ip_protocol": family, "ip_protocol_fallback": False,
        "tls_config": {"ca_file": os.path.join(work, "root.pem")}}} for family in ("ip4", "ip6")}
    with open(config, "w", encoding="utf-8") as file:
        json.dump({"modules": modules}, file)
    with open(names, "w", encoding="utf-8") as file:
        file.write(f"nameserver {NAMES_AT}\n")
    command("mount", "--bind", names, "/etc/resolv.conf")  # in this mount namespace alone

    def opens(home, module):
        query = urllib.parse.urlencode({"target": home, "module": module})
        with urllib.request.urlopen(f"http://{BLACKBOX_AT}/probe?{query}", timeout=20) as answer:
            return "\nprobe_success 1" in answer.read().decode()

    def wait_until_up():
        for _ in range(100):
            try:
                socket.create_connection(tuple(BLACKBOX_AT.split(":")), 1).close()
                return
            except OSError:
                time.sleep(0.05)

    def compare(case):
        stage = stages.get(case.name)
        if stage in (None, "unknown") or case.name in NOT_COMPARED:
            return []
        wanted = {"over4": case.a, "over6": stage in ("content", "resources", "ok")}
        seen = {module: opens(case.home, module) for module in wanted}
        return [] if seen == wanted else [f"{case.name}: the other prober says {seen}, xuncha {wanted} ({stage})"]

    with subprocess.Popen([BLACKBOX, f"--config.file={config}", f"--web.listen-address={BLACKBOX_AT}"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as prober:
        try:
            wait_until_up()
            with ThreadPoolExecutor(max_workers=8) as pool:
                results = list(pool.map(compare, [case for case in CASES if case.name in stages]))
        finally:
            prober.terminate()
    compared = sum(1 for case in CASES if stages.get(case.name) not in (None, "unknown") and case.name not in NOT_COMPARED)
    print(f"{compared} portals held against {BLACKBOX}")
    return sum(results, [])


def failed_hosts(log):
    """The hosts of which no request got an answer, by a browser's log of its network."""
    with open(log, encoding="utf-8") as file:
        record = json.load(file)
    started = record["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"]
    hosts, failed, answered = {}, set(), set()
    for event in record["events"]:
        params, number = event.get("params") or {}, event["source"]["id"]
        if event["type"] != started:
            continue
        if "url" in params:
            hosts[number] = urllib.parse.urlsplit(params["url"]).hostname
        elif number in hosts:
            (failed if "net_error" in params else answered).add(hosts[number])
    return failed - answered


def browse(work, addresses):
    """What a browser with IPv6 alone does not get, held against ipv6.skylight. The last step: IPv4 is taken away."""
    for address in addresses:
        if ":" not in address:
            command("ip", "address", "del", address + "/32", "dev", "lo")
    command("ip", "-6", "route", "add", "local", "2400::/12", "dev", "lo")
    command("ip", "-6", "route", "add", "local", "2001:4860::/32", "dev", "lo")  # by which Chromium sees that it has IPv6
    names = os.path.join(work, "resolv6.conf")
    with open(names, "w", encoding="utf-8") as file:
        file.write(f"nameserver {SERVER6}\n")
    command("mount", "--bind", names, "/etc/resolv.conf")
    faults = []
    for name in ("skylight", "dual"):
        case = next(each for each in CASES if each.name == name)
        log = os.path.join(work, name + ".netlog")
        subprocess.run([CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
                        "--disable-component-update", f"--user-data-dir={os.path.join(work, 'profile')}",
                        f"--log-net-log={log}", "--virtual-time-budget=5000", "--dump-dom", case.home],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60, check=False)
        known = {"img.old.example.org", "www.partner.example.com", case.host}
        seen = sorted(failed_hosts(log) & known)
        if seen != case.v4_only:
            faults.append(f"{name}: a browser with IPv6 alone misses {seen}, xuncha says {case.v4_only}")
    print(f"2 portals opened in {CHROMIUM} over IPv6 alone")
    return faults


def more_rounds(xuncha, work):
    """What several checks of one site say: mended over the same history, and our own IPv6 lost in between."""
    faults = []
    case = next(each for each in CASES if each.name == "other_vhost")
    keep = ("--data-dir", os.path.join(work, "history"))
    seen = [check(xuncha, work, case, keep)[0].get("stage")]
    well, case.over6 = case.over6, None
    ipv6, findings, _, _ = check(xuncha, work, case, keep)
    seen.append(ipv6.get("stage"))
    if seen != ["content", "ok"] or any(each["rule"].startswith("ipv6") for each in findings):
        faults.append(f"mended: {seen} {[(each['rule'], each['state']) for each in findings]}")
    case.over6 = well
    command("ip", "-6", "route", "del", "local", "2400::/12", "dev", "lo")  # as a network without IPv6
    ipv6, findings, _, _ = check(xuncha, work, case)
    if (ipv6.get("stage"), ipv6.get("why"), findings) != ("unknown", "no_route", []):
        faults.append(f"own IPv6 lost: {ipv6} {findings}")
    return faults


def inside(options):
    work = options.work or tempfile.mkdtemp(prefix="ipv6-lab-")
    os.makedirs(work, exist_ok=True)
    begun = time.monotonic()
    try:
        addresses, listen = build_world(work)
        set_up(addresses)
        for address in (NAMES_AT, SERVER6, SERVER6_LAME):
            name_server(address)
        for address, port, context in listen:
            serve(address, port, context)
        print(f"{len(addresses)} addresses are up after {time.monotonic() - begun:.1f} s")
        cases = [case for case in CASES if options.only in (None, case.name)]
        with ThreadPoolExecutor(max_workers=4) as pool:
            stages = {}
            faults = sum(pool.map(lambda case: faults_of(options.xuncha, work, case, stages), cases), [])
        if shutil.which(BLACKBOX):
            faults += oracle(work, stages)
        else:
            print(f"no {BLACKBOX} here: its verdicts are not compared")
        if options.only is None:
            faults += more_rounds(options.xuncha, work)
            if shutil.which(CHROMIUM):
                faults += browse(work, addresses)
            else:
                print(f"no {CHROMIUM} here: a browser's view is not compared")
        for fault in faults:
            print(fault)
        print(f"{len(cases)} portals, {len(faults)} faults")
        return 1 if faults else 0
    finally:
        if not options.work:
            shutil.rmtree(work, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--xuncha", required=True)
    parser.add_argument("--only")
    parser.add_argument("--work")
    parser.add_argument("--inside", action="store_true")
    options = parser.parse_args()
    if options.inside:
        return inside(options)
    missing = [tool for tool in ("unshare", "ip", "openssl") if shutil.which(tool) is None]
    space = ["unshare", "--net", "--mount"]
    if os.geteuid() != 0:
        space[1:1] = ["--user", "--map-root-user"]
    if missing:
        print("skipped: no", ", ".join(missing))
        return SKIPPED
    try_out = "ip link set lo up && ip -6 address add 2400::1/128 dev lo && ip link add nowhere type veth peer name never"
    if subprocess.run([*space, "sh", "-c", try_out], capture_output=True, check=False).returncode != 0:
        print("skipped: no network namespace with IPv6 can be made here")
        return SKIPPED
    return subprocess.run([*space, sys.executable, os.path.abspath(__file__), *sys.argv[1:], "--inside"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
