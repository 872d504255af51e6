#!/usr/bin/python3
"""Many sites on loopback for half an hour: is memory flat, are descriptors flat, does the main loop turn in time?

    many_sites.py --build build --work DIRECTORY [--sites 200] [--minutes 30]

Each site is a host of its own with a home page, a list, 40 articles, a file and a link to its neighbour; every tenth has
a dead link. Asked: resident memory within 5 % of its mean after the first third, no more descriptors at the end than
then, 99 of 100 turns of the main loop in 50 ms (the daemon logs them with --log.level=debug), every dead link found and
nothing else. Prints the figures. Exit 1: not so.
"""

import argparse
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import time

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import patrol_hour  # noqa: E402

ARTICLES = 40
SAMPLE_SECONDS = 10
TURN_SECONDS_MAX = 0.050
MEMORY_SHARE_MAX = 0.05


def host_name(number):
    return f"www.xian{number:03}-demo.gov.cn"


def is_faulty(number):
    return number % 10 == 0


def portal_of(sites):
    hosts = []
    for number in range(sites):
        articles = "".join(f"<li><a href='/gzdt/t{one}.html'>第{one}次工作动态</a></li>" for one in range(ARTICLES))
        pages = {
            "/": f"<html><head><meta charset='utf-8'><title>{number}号县民政局</title></head><body><h1>民政局</h1>"
                 f"<a href='/gzdt/'>工作动态</a> <a href='/files/biao.pdf'>申请表</a> "
                 f"<a href='http://{host_name((number + 1) % sites)}/'>邻县民政局</a></body></html>",
            "/gzdt/": f"<html><head><meta charset='utf-8'><title>工作动态</title></head><body><ul>{articles}</ul></body></html>",
            "/files/biao.pdf": {"type": "application/pdf", "body": "%PDF-1.4\n%%EOF\n"},
        }
        for one in range(ARTICLES):
            text = f"{number}号县民政局第{one}次走访困难群众，送去慰问品和节日祝福。" * 20
            pages[f"/gzdt/t{one}.html"] = (f"<html><head><meta charset='utf-8'><title>第{one}次工作动态</title></head>"
                                           f"<body><h1>第{one}次工作动态</h1><p>{text}</p></body></html>")
        if is_faulty(number):
            pages["/gzdt/t0.html"] = {"status": 404, "body": "没有"}
        hosts.append({"name": host_name(number), "address": f"127.78.{number // 200 + 1}.{number % 200 + 1}", "pages": pages})
    return {"name": "many", "home": f"http://{host_name(0)}/", "hosts": hosts}


def configuration_of(sites):
    return {
        "defaults": {"laboratory": True, "rate": 2, "allow_cidr": ["127.0.0.0/8"],
                     "intervals": {"home": "60s", "news": "5m", "notice": "5m", "column": "5m", "article": "10m",
                                   "attachment": "10m", "resource": "10m", "external": "10m"},
                     "confirmation": {"gone": ["20s"], "recovery": "20s", "open_case": "60s"}},
        "sites": [{"home": f"http://{host_name(number)}/"} for number in range(sites)],
    }


def resident_bytes(pid):
    return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    arguments.add_argument("--work", type=pathlib.Path, required=True)
    arguments.add_argument("--sites", type=int, default=200)
    arguments.add_argument("--minutes", type=float, default=30)
    options = arguments.parse_args()
    work = options.work.resolve()
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    (work / "portal.yml").write_text(yaml.safe_dump(portal_of(options.sites), allow_unicode=True), "utf-8")
    (work / "xuncha.yml").write_text(yaml.safe_dump(configuration_of(options.sites)), "utf-8")

    portal = patrol_hour.Program([options.build / "xuncha-portal", work / "portal.yml", "--arguments", work / "arguments"],
                                 work / "portal.log")
    portal.wait_for("ready")
    address = f"127.0.0.1:{patrol_hour.dashboard_live.free_port()}"
    daemon = patrol_hour.Program(
        [options.build / "xunchad", f"--config.file={work / 'xuncha.yml'}", f"--storage.path={work / 'store'}",
         f"--web.listen-address={address}", "--log.level=debug", *patrol_hour.network_of(work / "arguments")],
        work / "xunchad.log")
    daemon.wait_for("event=ready")
    pid = daemon.process.pid
    memory, descriptors = [], []
    end = time.monotonic() + options.minutes * 60
    while time.monotonic() < end and daemon.process.poll() is None:
        memory.append(resident_bytes(pid))
        descriptors.append(len(list(pathlib.Path(f"/proc/{pid}/fd").iterdir())))
        time.sleep(SAMPLE_SECONDS)
    cpu = cpu_seconds(pid)
    found = {(rule, subject) for rule, _, subject in patrol_hour.open_findings(options.build / "xuncha", f"http://{address}")}
    code = daemon.stop()
    portal.stop()

    faults = [] if code == 0 else [f"xunchad ended with {code}"]
    expected = {("link.broken", f"http://{host_name(number)}/gzdt/t0.html") for number in range(options.sites) if is_faulty(number)}
    if found != expected:
        faults.append(f"missing {sorted(expected - found)}, too many {sorted(found - expected)}")
    third = len(memory) // 3
    mean = statistics.mean(memory[third:])
    spread = max(abs(value - mean) for value in memory[third:]) / mean
    print(f"resident after the first third: mean {mean / 1e6:.1f} MB, {min(memory[third:]) / 1e6:.1f} to "
          f"{max(memory[third:]) / 1e6:.1f} ({spread:.1%} of the mean)")
    if spread > MEMORY_SHARE_MAX:
        faults.append("memory is not flat")
    print(f"descriptors after the first third: {min(descriptors[third:])} to {max(descriptors[third:])}")
    if max(descriptors[-third:]) > max(descriptors[third:2 * third]) * 1.1 + 5:
        faults.append("descriptors grow")
    turns = [float(one) for one in re.findall(r"event=loop_turns .*?p99_seconds=([0-9.e-]+)", daemon.log.read_text("utf-8", "replace"))]
    if turns:
        print(f"99th percentile of a turn of the main loop, by the minute: median {statistics.median(turns) * 1e3:.1f} ms, "
              f"highest {max(turns) * 1e3:.1f} ms")
    if not turns or max(turns) > TURN_SECONDS_MAX:
        faults.append("the main loop was late or did not say")
    print(f"{cpu:.0f} CPU-seconds in {options.minutes:.0f} minutes")
    for fault in faults:
        print(f"FAULT {fault}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
