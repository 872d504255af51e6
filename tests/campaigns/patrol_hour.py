#!/usr/bin/python3
"""An hour of the daemon on the demonstration portal, whose faults are mended and made again while it runs.

    patrol_hour.py --build build --work DIRECTORY [--minutes 60] [--phase-minutes 10]

Starts the portal, xunchad, an SMTP server and a Prometheus with the shipped rules. Every --phase-minutes the portal
changes between portal.yml as it is and what patrol_hour.yml says of it. Each change has to be followed: before its phase
ends the open findings are exactly those of the phase, by the daemon's own ladder and intervals
(tests/portals/demo/xuncha.yml), and at no time is anything open that is a fault in neither. Each minute the metrics pass
`promtool check metrics`; at the end every panel of the dashboards shows something. Exit 1: not so.
"""

import argparse
import datetime
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request

import yaml
from aiosmtpd.controller import Controller

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/deploy"))
import dashboard_live  # noqa: E402

DEMO = ROOT / "tests/portals/demo"
POLL_SECONDS = 5
# The demonstration speaks http alone, over IPv4 alone.
NOT_THERE = ("xuncha_ipv6_links_ratio", "xuncha_ipv6_stage", "xuncha_tls_not_after_timestamp_seconds")


class Mails:
    """Keeps the subject of every mail."""

    def __init__(self):
        self.subjects = []

    async def handle_DATA(self, _server, _session, envelope):
        import email.policy
        self.subjects.append(str(email.message_from_bytes(envelope.content, policy=email.policy.default)["subject"]))
        return "250 taken"


def url_of(host, path):
    return f"http://{host}{path}"


def split_host(name):
    host, _, port = name.partition(":")
    return host, port


def write_portal(portal, changes, directory):
    """The portal with the answers of the phase `later`; the findings of each phase as sets of (rule, reason, subject)."""
    shutil.copytree(DEMO, directory, dirs_exist_ok=True)
    hosts = {host["name"]: host for host in portal["hosts"]}
    expected = {(one["rule"], one["reason"], urllib.parse.urljoin(portal["home"], one["subject"])) for one in portal["expect"]}
    later = set(expected)

    def add(host_name, path, answer):
        pages = hosts[split_host(host_name)[0]].setdefault("pages", {})
        now = pages.get(path, {"status": 404, "body": "404"})
        now = dict(now) if isinstance(now, dict) else {"body": now}
        now["phases"] = {"later": answer}
        pages[path] = now

    for host, pages in changes["mended"].items():
        for path, answer in pages.items():
            add(host, path, answer)
            gone = {row for row in later if row[2] == url_of(host, path)}
            assert gone, f"{host}{path} is no fault of the portal"
            later -= gone
    for host, pages in changes["broken"].items():
        for path, fault in pages.items():
            add(host, path, fault["answer"])
            later.add((fault["rule"], fault["reason"], url_of(host, path)))
    file = directory / "portal.yml"
    file.write_text(yaml.safe_dump(portal, allow_unicode=True, sort_keys=False), "utf-8")
    return file, {"": expected, "later": later}


class Program:
    """One of the programs under test, with its log."""

    def __init__(self, arguments, log):
        self.log = log
        with open(log, "wb") as out:
            self.process = subprocess.Popen([str(argument) for argument in arguments], stdout=out, stderr=out)

    def wait_for(self, word, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for line in self.log.read_text("utf-8", "replace").splitlines():
                if word in line:
                    return line
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        sys.exit(f"no {word!r} in {self.log}")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def open_findings(xuncha, server):
    answer = subprocess.run([xuncha, "findings", "--server", server, "--state", "open", "--format", "json"],
                            capture_output=True, check=False, text=True)
    records = (json.loads(line) for line in answer.stdout.splitlines())
    return {(one["rule"], one.get("reason", ""), subject_of(one)) for one in records if one["record"] == "finding"}


def subject_of(finding):
    """What the portal's data calls it: a column by its page, since its id is minted at first sight."""
    return finding["where"][0]["url"] if finding["rule"].startswith("column.") else finding["subject"]


def same(found, expected):
    """Whether two findings agree; an expected reason that is empty is not compared."""
    return found[0] == expected[0] and found[2] == expected[2] and expected[1] in ("", found[1])


def without(findings, others):
    return {one for one in findings if not any(same(one, other) or same(other, one) for other in others)}


def network_of(arguments):
    """Of what the portal says for `check`, what the daemon takes as well."""
    words = arguments.read_text("utf-8").splitlines()
    return [word for name, value in zip(words[::2], words[1::2])
            if name in ("--connect", "--dns", "--cacert", "--allow-cidr") for word in (name, value)]


def configuration(work, smtp_port):
    config = yaml.safe_load((DEMO / "xuncha.yml").read_text("utf-8"))
    now = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8)))
    digests = sorted({f"{now + datetime.timedelta(minutes=7 * step):%H:%M}" for step in range(1, 25)})
    config["mail"] = {"server": {"host": "127.0.0.1", "port": smtp_port, "security": "none"},
                      "from": "巡查 <xuncha@linxi-demo.gov.cn>",
                      "routes": [{"to": ["webmaster@linxi-demo.gov.cn"], "severity": "info",
                                  "digest": digests}]}
    config["defaults"]["intervals"]["probe_ipv4"] = "1m"  # a panel wants 20 of them
    file = work / "xuncha.yml"
    file.write_text(yaml.safe_dump(config, allow_unicode=True), "utf-8")
    return file


def metrics_are_clean(address):
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=10) as answer:
        text = answer.read()
    checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, check=False)
    if checked.returncode != 0 or checked.stderr or checked.stdout:
        print(f"promtool: {checked.stdout.decode()}{checked.stderr.decode()}")
        return False
    return True


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    arguments.add_argument("--work", type=pathlib.Path, required=True)
    arguments.add_argument("--minutes", type=float, default=60)
    arguments.add_argument("--phase-minutes", type=float, default=10)
    options = arguments.parse_args()
    work = options.work.resolve()
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)

    mails = Mails()
    smtp = Controller(mails, hostname="127.0.0.1", port=dashboard_live.free_port())
    smtp.start()
    portal_file, expected = write_portal(yaml.safe_load((DEMO / "portal.yml").read_text("utf-8")),
                                         yaml.safe_load((pathlib.Path(__file__).with_suffix(".yml")).read_text("utf-8")),
                                         work / "portal")
    portal = Program([options.build / "xuncha-portal", portal_file, "--arguments", work / "arguments", "--log",
                      work / "requests.jsonl"], work / "portal.log")
    control = portal.wait_for("ready").split()[1]
    address = f"127.0.0.1:{dashboard_live.free_port()}"
    daemon = Program([options.build / "xunchad", f"--config.file={configuration(work, smtp.port)}",
                      f"--storage.path={work / 'store'}", f"--web.listen-address={address}", *network_of(work / "arguments")], work / "xunchad.log")
    daemon.wait_for("event=ready")
    prometheus = dashboard_live.Server(address, work / "prometheus")
    prometheus.wait_until_ready()
    faults = []
    try:
        permitted = expected[""] | expected["later"]
        end = time.monotonic() + options.minutes * 60
        phase = ""
        while time.monotonic() < end:
            begin = time.monotonic()
            phase_end = min(begin + options.phase_minutes * 60, end)
            followed = None
            next_check = begin
            while time.monotonic() < phase_end:
                found = open_findings(options.build / "xuncha", f"http://{address}")
                for one in without(found, permitted):
                    faults.append(f"accused falsely: {one}")
                if not without(found, expected[phase]) and not without(expected[phase], found):
                    followed = followed or time.monotonic() - begin
                elif followed:
                    faults.append(f"phase {phase!r}: right after {followed:.0f} s, then not: {sorted(found ^ expected[phase])[:3]}")
                    followed = None
                if time.monotonic() >= next_check:
                    next_check += 60
                    if not metrics_are_clean(address):
                        faults.append("promtool check metrics has complaints")
                time.sleep(POLL_SECONDS)
            if followed:
                print(f"phase {phase or 'first'!r}: {len(expected[phase])} findings, exact after {followed:.0f} s", flush=True)
            else:
                found = open_findings(options.build / "xuncha", f"http://{address}")
                faults.append(f"phase {phase!r} was not followed: missing {sorted(without(expected[phase], found))}, "
                              f"too many {sorted(without(found, expected[phase]))}")
            phase = "" if phase else "later"
            urllib.request.urlopen(f"http://127.0.0.1:{control}/-portal/phase/{phase}", timeout=10).read()
        if dashboard_live.report(prometheus.url, 60, NOT_THERE) != 0:
            faults.append("a panel is empty, a rule fails or metrics are not as documented")
        for query in ("process_resident_memory_bytes", "process_open_fds"):
            for name in ("min", "max"):
                span = f"{int(options.minutes * 60 * 0.8)}s"
                answer = dashboard_live.api(prometheus.url, "query", query=f"{name}_over_time({query}[{span}])")["result"]
                print(f"{name} of {query} over {span}: {answer[0]['value'][1]}")
        print(f"{len(mails.subjects)} mails: {mails.subjects}")
        if not mails.subjects and options.minutes >= 30:
            faults.append("no mail came")
    finally:
        prometheus.stop()
        code = daemon.stop()
        portal.stop()
        smtp.stop()
    if code != 0:
        faults.append(f"xunchad ended with {code}")
    for fault in dict.fromkeys(faults):
        print(f"FAULT {fault}")
    print(f"{options.minutes:.0f} minutes, {len(faults)} faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
