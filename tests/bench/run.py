#!/usr/bin/env python3
"""What a patrol costs, beside wget2, on a generated portal; and whether it finds all that is broken and nothing else.

    tests/bench/run.py                          20,000 pages, 3 pairs: what docs/TESTING.md records
    tests/bench/run.py --pages 2000 --pairs 1   a quick look
    tests/bench/run.py --smoke                  300 pages, findings only: what ctest runs

nginx serves from one core. On another core run in turn `xuncha check` (a new data directory), `xuncha check` again (the
same directory, nothing changed) and `wget2` (a download), all on one file system. CPU is user + system of the whole
process to its exit. Exit code 1 when a floor is missed, 2 when something could not be run, 77 when nginx is absent.
"""

import argparse
import ctypes
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request

sys.dont_write_bytecode = True
import make_portal  # noqa: E402

RATIO_MIN = 1.0        # pages per CPU-second, of wget2's
SECOND_MIN = 2.0       # the unchanged portal again, of the first patrol
RSS_MAX = 150e6        # bytes
SKIPPED = 77
JUDGED_FAMILIES = ("link.", "site.", "page.injected")  # rules that the portal's truth speaks of

NGINX_CONF = """
%(user)s
daemon off;
worker_processes 1;
%(affinity)s
pid %(work)s/nginx.pid;
error_log %(work)s/nginx.log warn;
events { worker_connections 1024; }
http {
  types {
    text/html html;  text/css css;  application/javascript js;  image/png png;  image/jpeg jpg;
    application/pdf pdf;  application/msword doc;  application/vnd.ms-excel xls;  application/zip zip;
  }
  access_log off;
  gzip off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  keepalive_timeout 600s;
  client_body_temp_path %(work)s/tmp;
  proxy_temp_path %(work)s/tmp;
  fastcgi_temp_path %(work)s/tmp;
  uwsgi_temp_path %(work)s/tmp;
  scgi_temp_path %(work)s/tmp;
  server {
    listen 127.0.0.1:%(port)d;
    root %(root)s;
    index index.html;
    location %(moved)s { rewrite ^%(moved)s(.*)$ /$1 permanent; }
    location %(failing)s { return 500; }
%(queries)s
  }
}
"""


class Failed(Exception):
    """Something could not be run; the text says what."""


def die_with_parent():
    """Called between fork and exec: nothing is left running when this program is killed."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


# --- the server ------------------------------------------------------------------------------------------------------

def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def query_location(path, query):
    return '    location = %s { if ($args !~* "^(%s)?$") { return 404; } }' % (path, query)


class Server:
    def __init__(self, portal, work, core):
        with open(os.path.join(portal, "portal.json"), encoding="utf-8") as file:
            rules = json.load(file)
        self.port = free_port()
        work = os.path.join(work, "nginx")
        shutil.rmtree(work, ignore_errors=True)
        os.makedirs(work)
        conf = os.path.join(work, "nginx.conf")
        with open(conf, "w", encoding="utf-8") as file:
            file.write(NGINX_CONF % {
                "user": "user root;" if os.geteuid() == 0 else "", "work": work, "port": self.port,
                "affinity": "" if core is None else "worker_cpu_affinity %s;" % bin(1 << core)[2:],
                "root": os.path.join(os.path.abspath(portal), "www"), "moved": rules["moved"], "failing": rules["failing"],
                "queries": "\n".join(query_location(*item) for item in sorted(rules["queries"].items()))})
        self.process = subprocess.Popen(["nginx", "-p", work, "-c", conf], stderr=subprocess.DEVNULL,
                                        preexec_fn=die_with_parent)
        self.url = "http://127.0.0.1:%d/" % self.port
        self.wait()

    def wait(self):
        for _ in range(200):
            if self.process.poll() is not None:
                raise Failed("nginx ended with %d at its start" % self.process.returncode)
            try:
                urllib.request.urlopen(self.url, timeout=5).read()
                return
            except OSError:
                time.sleep(0.05)
        raise Failed("nginx does not answer")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


# --- measuring -------------------------------------------------------------------------------------------------------

class Cost:
    def __init__(self, wall, usage, status):
        self.wall, self.cpu, self.rss, self.status = wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, status


def measure(arguments, core, log):
    """Runs a program on one core to its end. The figures are those of the process and of the children it waited for; its
    peak memory is never below this script's own, some 20 MB, since the kernel counts from the fork."""
    def pin():
        die_with_parent()
        if core is not None:
            os.sched_setaffinity(0, {core})
    with open(log, "wb") as output:
        begin = time.monotonic()
        process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=output, preexec_fn=pin)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(wall, usage, process.returncode)


def tail(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return "".join(file.readlines()[-5:])


def patrol(options, server, core, data, name):
    records = os.path.join(options.work, name + ".jsonl")
    log = os.path.join(options.work, name + ".log")
    if os.path.exists(records):
        os.remove(records)
    cost = measure([options.xuncha, "check", server.url, "--rate", "0", "--per-host", "16", "--no-external", "--max-pages",
                    "30000", "--allow-cidr", "127.0.0.0/8", "--format", "json", "--out", records, "--data-dir", data],
                   core, log)
    if cost.status not in (0, 1):
        raise Failed("xuncha ended with %d: %s" % (cost.status, tail(log)))
    return cost, records


def download(options, server, core):
    directory = os.path.join(options.work, "wget2")
    log = os.path.join(options.work, "wget2.log")
    shutil.rmtree(directory, ignore_errors=True)
    cost = measure(["wget2", "-q", "-r", "-p", "-l", "inf", "--max-threads=4", "-P", directory, server.url], core, log)
    pages = 0
    for _, _, files in os.walk(directory):
        pages += sum(".html" in name for name in files)
    shutil.rmtree(directory, ignore_errors=True)
    if cost.status not in (0, 8):  # 8: the server answered some requests with an error
        raise Failed("wget2 ended with %d: %s" % (cost.status, tail(log)))
    return cost, pages


# --- the truth -------------------------------------------------------------------------------------------------------

def path_of(url, base):
    return "/" + url[len(base):] if url.startswith(base) else url


class Judgement:
    """One patrol's findings against the truth."""

    def __init__(self, records, truth, base):
        broken, self.found, self.false, self.other = truth["broken"], set(), [], {}
        self.places_right, self.summary = 0, {}
        with open(records, encoding="utf-8") as file:
            for line in file:
                record = json.loads(line)
                if record["record"] == "summary":
                    self.summary = record
                if record["record"] == "finding" and record["state"] != "closed":
                    self.take(record, truth, path_of(record["subject"], base))
        self.missed = sorted(set(broken) - self.found)
        self.recall = len(self.found) / len(broken)
        self.complete = bool(self.summary.get("complete"))

    def take(self, finding, truth, subject):
        rule, state = finding["rule"], finding["state"]
        if not rule.startswith(JUDGED_FAMILIES):
            self.other[rule] = self.other.get(rule, 0) + 1
        elif state == "open" and rule == "link.broken" and subject in truth["broken"]:
            self.found.add(subject)
            self.places_right += finding["where_total"] == truth["broken"][subject]["places"]
        elif state == "open" or subject not in truth["broken"]:
            self.false.append("%s %s %s (%s)" % (rule, finding["reason"], subject, truth["traps"].get(subject, "alive")))

    def show(self, truth, name):
        print("%s: %d of %d broken URLs found, %d false, places exact for %d; summary: pages %s, requests %s, complete %s%s" % (
            name, len(self.found), len(truth["broken"]), len(self.false), self.places_right, self.summary.get("pages"),
            self.summary.get("requests"), self.complete, "; other rules: %s" % self.other if self.other else ""))
        for url in self.missed[:10]:
            print("  missed %s: %s" % (truth["broken"][url]["kind"], url))
        for text in self.false[:10]:
            print("  false: %s" % text)

    def faults(self, name):
        out = []
        if self.recall < 1:
            out.append("%s: recall %.2f %%" % (name, 100 * self.recall))
        if self.false:
            out.append("%s: %d false reports" % (name, len(self.false)))
        if not self.complete:
            out.append("%s: not complete" % name)
        return out


# --- the run ---------------------------------------------------------------------------------------------------------

def arguments_of():
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--work", default=os.path.join(root, "build", "bench"), help="portal, stores and downloads")
    parser.add_argument("--xuncha", default=os.path.join(root, "build", "xuncha"))
    parser.add_argument("--smoke", action="store_true", help="300 pages, no peer, nothing but the findings")
    parser.add_argument("--no-peer", action="store_true", help="without wget2")
    options = parser.parse_args()
    if options.smoke:
        options.pages, options.pairs, options.no_peer = 300, 1, True
    options.work = os.path.abspath(options.work)
    return options


def read_truth(portal):
    try:
        with open(os.path.join(portal, "truth.json"), encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def portal_for(options):
    """The generated portal, made when it is absent or of another shape; by a process of its own, since what this one
    weighs is counted to the programs it starts."""
    portal = os.path.join(options.work, "portal-%d-%d" % (options.pages, options.seed))
    wanted = {"version": make_portal.VERSION, "pages": options.pages, "seed": options.seed}
    if read_truth(portal).get("made") != wanted:
        print("making a portal of %d pages ..." % options.pages, file=sys.stderr)
        made = subprocess.run([sys.executable, make_portal.__file__, portal, "--pages", str(options.pages), "--seed",
                               str(options.seed)], stdout=sys.stderr)
        if made.returncode != 0:
            raise Failed("the portal could not be made")
    return portal


def cores(options):
    """(client, server): two cores that may be used; none with the smoke test or on a machine with one core."""
    usable = sorted(os.sched_getaffinity(0))
    return (None, None) if options.smoke or len(usable) < 2 else (usable[0], usable[1])


def row(name, pages, costs, ratios, against):
    cpu = statistics.median(cost.cpu for cost in costs)
    print("%-16s %10.2f %10.2f %14.0f %12.1f   %s" % (
        name, statistics.median(cost.wall for cost in costs), cpu, pages / cpu, max(cost.rss for cost in costs) / 1e6,
        "" if not ratios else "%.2f x %s (%s)" % (statistics.median(ratios), against, " ".join("%.2f" % r for r in ratios))))


def speed_faults(firsts, seconds, peers):
    out = []
    rss = max(cost.rss for cost in firsts + seconds)
    if rss > RSS_MAX:
        out.append("peak RSS %.0f MB, allowed %.0f" % (rss / 1e6, RSS_MAX / 1e6))
    second = statistics.median(a.cpu / b.cpu for a, b in zip(firsts, seconds))
    if second < SECOND_MIN:
        out.append("second patrol %.2f x the first, wanted %.1f" % (second, SECOND_MIN))
    if peers:
        ratio = statistics.median(p.cpu / a.cpu for a, p in zip(firsts, peers))
        if ratio < RATIO_MIN:
            out.append("%.2f x wget2's pages per CPU-second, wanted %.1f" % (ratio, RATIO_MIN))
    return out


def bench(options, server, client_core):
    """The measured runs: costs and record files only, so that this process stays small beside what it measures."""
    firsts, seconds, peers, records, peer_pages = [], [], [], [], []
    for pair in range(options.pairs):
        data = os.path.join(options.work, "data")
        shutil.rmtree(data, ignore_errors=True)
        for name, costs in (("first", firsts), ("second", seconds)):
            cost, path = patrol(options, server, client_core, data, "%s-%d" % (name, pair + 1))
            costs.append(cost)
            records.append((name + " patrol", path))
        shutil.rmtree(data, ignore_errors=True)
        if not options.no_peer:
            cost, pages = download(options, server, client_core)
            peers.append(cost)
            peer_pages.append(pages)
        print("pair %d: CPU %.2f s, %.2f s the second%s; load %.1f" % (
            pair + 1, firsts[-1].cpu, seconds[-1].cpu, "" if options.no_peer else ", wget2 %.2f s for %d pages" % (
                peers[-1].cpu, peer_pages[-1]), os.getloadavg()[0]), flush=True)
    return firsts, seconds, peers, records


def main():
    options = arguments_of()
    if not shutil.which("nginx"):
        print("skipped: nginx is not installed")
        return SKIPPED
    if not options.no_peer and not shutil.which("wget2"):
        raise Failed("wget2 is not installed; --no-peer leaves it out")
    if not os.access(options.xuncha, os.X_OK):
        raise Failed("%s: not built" % options.xuncha)
    os.makedirs(options.work, exist_ok=True)
    portal = portal_for(options)
    client_core, server_core = cores(options)
    server = Server(portal, options.work, server_core)
    try:
        firsts, seconds, peers, records = bench(options, server, client_core)
    finally:
        server.stop()
    truth, faults = read_truth(portal), []
    for name, path in records:
        judgement = Judgement(path, truth, server.url)
        judgement.show(truth, name)
        faults += judgement.faults(name)
    if not options.smoke:
        pages = truth["pages"]
        print("\n%-16s %10s %10s %14s %12s" % ("median of %d" % options.pairs, "wall s", "CPU s", "pages/CPU s", "peak RSS MB"))
        row("xuncha", pages, firsts, [p.cpu / a.cpu for a, p in zip(firsts, peers)], "wget2")
        row("xuncha again", pages, seconds, [a.cpu / b.cpu for a, b in zip(firsts, seconds)], "the first")
        if peers:
            row("wget2", pages, peers, [], "")
        faults += speed_faults(firsts, seconds, peers)
    for fault in faults:
        print("MISSED: " + fault)
    return 1 if faults else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        print("run.py: %s" % failure, file=sys.stderr)
        sys.exit(2)
