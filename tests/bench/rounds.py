#!/usr/bin/env python3
"""What the daemon's rounds of a large site cost when nothing is due, and how long they hold the main loop.

    tests/bench/rounds.py [--pages 20000] [--work DIRECTORY] [--xunchad build/xunchad]

nginx serves the generated portal of run.py; xunchad patrols it once (that round is not measured). Then only its home page
is due: first home rounds, then whole rounds, one after each reload that changes a rule. CPU is user + system of the
daemon. Exit code 1 when a round is not complete or the loop was held for longer than asked, 77 when nginx is absent.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import run  # noqa: E402

HOME_SECONDS = 10
HOST = "www.rounds-bench.gov.cn"
TURN_MAX = 0.050  # 99th percentile of a turn of the main loop

CONFIGURATION = """
defaults:
  laboratory: true
  rate: 0
  per_host: 16
  max_pages: 200000
  external: false
  allow_cidr: [127.0.0.0/8]
  intervals: {home: %ds, news: 6h, notice: 1d, column: 3d, article: 14d, attachment: 14d, resource: 14d, external: 14d}
sites: [{home: "http://%s/"}]
rules: {link: {severity: %s}}
"""


class Daemon:
    def __init__(self, options, port):
        self.config = os.path.join(options.work, "rounds.yml")
        self.log = os.path.join(options.work, "rounds.log")
        store = os.path.join(options.work, "rounds-store")
        shutil.rmtree(store, ignore_errors=True)
        self.configure("major")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [options.xunchad, "--config.file=" + self.config, "--storage.path=" + store, "--log.level=debug",
                 "--web.listen-address=127.0.0.1:0", "--connect", "%s:80:127.0.0.1:%d" % (HOST, port)],
                stdout=log, stderr=log, preexec_fn=run.die_with_parent)

    def configure(self, severity):
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(CONFIGURATION % (HOME_SECONDS, HOST, severity))

    def events(self, name):
        with open(self.log, encoding="utf-8") as file:
            return [line for line in file if " event=%s " % name in line]

    def wait(self, name, count, seconds=900):
        end = time.monotonic() + seconds
        while len(self.events(name)) < count:
            if self.process.poll() is not None or time.monotonic() > end:
                raise run.Failed("xunchad: no %d events %s, see %s" % (count, name, self.log))
            time.sleep(0.2)

    def cpu(self):
        with open("/proc/%d/stat" % self.process.pid, encoding="utf-8") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(daemon, rounds, begin, name):
    costs = []
    for number in range(rounds):
        before = daemon.cpu()
        count = len(daemon.events(name))
        begin(number)
        daemon.wait(name, count + 1)
        costs.append(daemon.cpu() - before)
    return sorted(costs)[len(costs) // 2]


def reload(daemon, number):
    daemon.configure("minor" if number % 2 == 0 else "major")
    daemon.process.send_signal(signal.SIGHUP)


def main():
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", default=os.path.join(root, "build", "bench"))
    parser.add_argument("--xunchad", default=os.path.join(root, "build", "xunchad"))
    options = parser.parse_args()
    options.work = os.path.abspath(options.work)
    if not shutil.which("nginx"):
        print("skipped: nginx is not installed")
        return run.SKIPPED
    os.makedirs(options.work, exist_ok=True)
    server = run.Server(run.portal_for(options), options.work, None)
    daemon = Daemon(options, server.port)
    try:
        daemon.wait("round_ended", 1)
        daemon.wait("home_unchanged", 1)
        home = measure(daemon, 5, lambda number: None, "home_unchanged")
        whole = measure(daemon, 5, lambda number: reload(daemon, number), "round_ended")
        daemon.wait("loop_turns", len(daemon.events("loop_turns")) + 1, 90)
    finally:
        daemon.process.terminate()
        daemon.process.wait()
        server.stop()
    first, *later = daemon.events("round_ended")
    turns = [[float(one) for one in re.findall(r"_seconds=([0-9.e-]+)", line)] for line in daemon.events("loop_turns")]
    print("%d pages; the first round: %s" % (options.pages, first.split("event=round_ended ")[1].strip()))
    print("CPU of a home round %.3f s (every %d s, with all else the daemon does meanwhile); of a whole round %.3f s"
          % (home, HOME_SECONDS, whole))
    print("turns of the main loop: 99 of 100 within %.1f ms in the worst minute, the longest %.1f ms"
          % (max(p99 for p99, _ in turns) * 1e3, max(longest for _, longest in turns) * 1e3))
    faults = ["a round is not complete: " + line for line in later if "complete=true" not in line]
    if max(p99 for p99, _ in turns) > TURN_MAX:
        faults.append("the main loop was held")
    for fault in faults:
        print("MISSED: " + fault)
    return 1 if faults else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except run.Failed as failure:
        print("rounds.py: %s" % failure, file=sys.stderr)
        sys.exit(2)
