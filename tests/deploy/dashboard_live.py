#!/usr/bin/env python3
"""Does every panel of the dashboards show something? Asks a real Prometheus.

    dashboard_live.py http://127.0.0.1:9090                    an existing server that loads our rules
    dashboard_live.py --daemon 127.0.0.1:9788 --work DIRECTORY starts a Prometheus of its own on a running daemon
    dashboard_live.py --sample --work DIRECTORY                the same on a sample made from docs/METRICS.md
    --wait SECONDS      how long figures may take to come (90)

Prints a line a panel. Exit 1: a panel is empty, a rule fails, or metrics differ from docs/METRICS.md; 77: no Prometheus.
"""

import argparse
import http.server
import json
import math
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

from artifacts import (METRICS_DOC, PROMETHEUS, RULES, SKIPPED, base_name, dashboards, data_panels, documented_metrics, substitute, yaml)

SCRAPE_SECONDS = 1


def get(url, timeout=10):
    with urllib.request.urlopen(url, timeout=timeout) as answer:
        return answer.read().decode("utf-8")


def api(prometheus, path, **arguments):
    query = f"?{urllib.parse.urlencode(arguments)}" if arguments else ""
    return json.loads(get(f"{prometheus}/api/v1/{path}{query}"))["data"]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    """A Prometheus of our own with the shipped configuration and rules, scraping every second."""

    def __init__(self, daemon, work):
        work = pathlib.Path(work)
        shutil.rmtree(work / "data", ignore_errors=True)
        work.mkdir(parents=True, exist_ok=True)
        config = yaml.safe_load(PROMETHEUS.read_text("utf-8"))
        config["global"] = {"scrape_interval": f"{SCRAPE_SECONDS}s", "scrape_timeout": f"{SCRAPE_SECONDS}s",
                            "evaluation_interval": f"{SCRAPE_SECONDS}s"}
        config["rule_files"] = [str(RULES)]
        config.pop("alerting")
        config["scrape_configs"][0]["static_configs"][0]["targets"] = [daemon]
        (work / "prometheus.yml").write_text(yaml.safe_dump(config), "utf-8")
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.log = work / "prometheus.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                ["prometheus", f"--config.file={work / 'prometheus.yml'}", f"--storage.tsdb.path={work / 'data'}",
                 f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"], stdout=log, stderr=log)

    def wait_until_ready(self):
        for _ in range(150):
            if self.process.poll() is not None:
                break
            try:
                get(f"{self.url}/-/ready", 1)
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        sys.exit(f"prometheus did not start:\n{self.log.read_text()[-2000:]}")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


SAMPLE_VALUES = {
    "site": ["www.a.gov.cn", "www.b.gov.cn"], "verdict": ["ok", "broken", "wrong", "blocked", "inconclusive", "skipped"],
    "kind": ["page", "attachment", "image", "external"], "severity": ["critical", "major", "minor", "info"],
    "rule": ["link.broken", "site.tls"], "state": ["suspect", "open", "closed"], "family": ["ipv4", "ipv6"],
    "class": ["page", "external"], "result": ["sent", "deferred", "refused", "dropped"], "queue": ["home", "rounds", "mail"],
    "lane": ["probe", "confirmation", "home", "recheck", "discovery", "external"], "limit": ["web_connections", "store_space"],
    "level": ["2", "3"], "column": ["c1a2b3c4"], "slot": ["carousel", "headline"], "name": ["甲市人民政府"], "unit": ["甲市人民政府办公室"], "code": ["1100000001"], "version": ["0"], "revision": ["0"],
}


def sample_metrics(started):
    """What a daemon would expose: every metric of docs/METRICS.md with the labels that stand there."""
    lines = []
    passed = time.time() - started
    for name, (kind, labels) in documented_metrics()[0].items():
        lines.append(f"# TYPE {name} {kind}")
        series = [[]]
        for label in labels:
            series = [[*one, f'{label}="{value}"'] for one in series for value in SAMPLE_VALUES[label]]
        value = started if name.endswith("_timestamp_seconds") or name == "process_start_time_seconds" else passed
        for one in series:
            if kind == "histogram":
                for bound in ("0.1", "1", "+Inf"):
                    inside = ",".join([*one, f'le="{bound}"'])
                    lines.append(f"{name}_bucket{{{inside}}} {passed}")
                lines += [f"{name}_sum {passed}", f"{name}_count {passed}"]
            else:
                lines.append(f"{name}{{{','.join(one)}}} {value}" if one else f"{name} {value}")
    return "\n".join(lines) + "\n"


def serve_sample():
    started = time.time() - 100

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = sample_metrics(started).encode("utf-8")
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"127.0.0.1:{server.server_address[1]}"


def look(prometheus):
    """(panel, refId, expression, series, numbers) of every expression."""
    rows = []
    for path, dashboard in dashboards().items():
        for panel in data_panels(dashboard):
            for target in panel["targets"]:
                result = api(prometheus, "query", query=substitute(target["expr"]))["result"]
                numbers = sum(1 for series in result if math.isfinite(float(series["value"][1])))
                rows.append((f"{panel['title']}", target["refId"], target["expr"], len(result), numbers))
    return rows


def differences(prometheus):
    """Between what is scraped and docs/METRICS.md."""
    exposed, _ = documented_metrics()
    names = set(api(prometheus, "label/__name__/values", **{"match[]": '{job="xuncha"}'}))
    names = {base_name(name, exposed) for name in names if ":" not in name and name.startswith(("xuncha_", "process_"))}
    return sorted(names - set(exposed)), sorted(set(exposed) - names)


def failing_rules(prometheus):
    for group in api(prometheus, "rules")["groups"]:
        for rule in group["rules"]:
            if rule["health"] == "err":
                yield f"{rule['name']}: {rule.get('lastError')}"


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("prometheus", nargs="?")
    arguments.add_argument("--daemon")
    arguments.add_argument("--sample", action="store_true")
    arguments.add_argument("--work")
    arguments.add_argument("--wait", type=float, default=90)
    options = arguments.parse_args()
    if bool(options.prometheus) + bool(options.daemon) + options.sample != 1 or (not options.prometheus and not options.work):
        arguments.error("give the address of a Prometheus, or --daemon or --sample with --work")

    server = None
    if not options.prometheus:
        if not shutil.which("prometheus"):
            print("skipped: prometheus is not installed")
            sys.exit(SKIPPED)
        server = Server(serve_sample() if options.sample else options.daemon, options.work)
    try:
        if server:
            server.wait_until_ready()
        sys.exit(report(server.url if server else options.prometheus.rstrip("/"), options.wait))
    finally:
        if server:
            server.stop()


def report(prometheus, wait, not_there=()):
    """Prints the rows; 1 where one is empty, a rule fails or a metric is missing that is not among `not_there`."""
    end = time.monotonic() + wait
    rows = look(prometheus)
    while time.monotonic() < end and not all(numbers for *_, numbers in rows):
        time.sleep(SCRAPE_SECONDS)
        rows = look(prometheus)
    empty = 0
    for title, reference, expression, series, numbers in rows:
        verdict = "ok" if numbers else ("only NaN" if series else "EMPTY")
        empty += not numbers
        print(f"{verdict:9}{series:4} series  {title} {reference}" + ("" if numbers else f"    {' '.join(expression.split())}"))
    unknown, missing = differences(prometheus)
    missing = [name for name in missing if name not in not_there]
    errors = list(failing_rules(prometheus))
    for name in unknown:
        print(f"UNKNOWN  {name} is exposed, but not in {METRICS_DOC.name}")
    for name in missing:
        print(f"MISSING  {name} is in {METRICS_DOC.name}, but not exposed")
    for error in errors:
        print(f"RULE     {error}")
    firing = {alert["labels"]["alertname"] for alert in api(prometheus, "alerts")["alerts"] if alert["state"] == "firing"}
    print(f"{len(rows)} expressions, {empty} empty; {len(unknown)} unknown and {len(missing)} missing metrics; "
          f"{len(errors)} failing rules; alerts firing: {', '.join(sorted(firing)) or 'none'}")
    return 1 if empty or unknown or missing or errors else 0


if __name__ == "__main__":
    main()
