#!/usr/bin/env python3
"""Does docs/INTERFACE.md name every option, exit code, field, reason and error code of the program, and no other?

    tests/deploy/interface.py --xuncha build/xuncha --xunchad build/xunchad
"""
import argparse
import re
import subprocess

from artifacts import ROOT, Faults

PAGE = ROOT / "docs/INTERFACE.md"
# Whose keys, at any depth, each record has. What they call in these files is followed.
RECORDS = {"finding": "finding_json", "page": "page_json", "column": "column_record", "site": "site_record",
           "summary": "summary_json"}
RECORD_SOURCES = ("daemon/report/record_json.cc", "daemon/web/api.cc")
EVERY_RECORD = {"record", "schema", "site"}
COLUMN_JUDGES = ("detectors/column_freshness.cc", "daemon/patrol/column_desk.cc", "daemon/patrol/column_review.cc")

faults = Faults()


def source(name):
    return (ROOT / name).read_text("utf-8")


def same(what, named, known):
    """Both are sets of words."""
    for word in sorted(known - named):
        faults.check(False, f"{what}: {word} is not in {PAGE.name}")
    for word in sorted(named - known):
        faults.check(False, f"{what}: {word} is in {PAGE.name}, but not in the program")


def sections():
    """The text under each heading of two or three #, those below left out."""
    return dict(re.findall(r"^###? ([^\n]+)\n(.*?)(?=^##|\Z)", PAGE.read_text("utf-8"), re.M | re.S))


def rows(text):
    """The first cell and the whole of each row of all tables."""
    lines = [line.replace(r"\|", "/") for line in text.splitlines() if line.startswith("| `")]
    return [(line.split("|")[1], line) for line in lines]


def words(text):
    return set(re.findall(r"`([^`]+)`", text))


def fields(text):
    """`a.b[]`, `.c` and {"d","e"} name a, b, c, d and e."""
    named = set()
    for first, row in rows(text):
        for path in words(first):
            named |= set(re.findall(r"\w+", path))
        for shape in re.findall(r"\{[^}]*\}", row):
            named |= set(re.findall(r'"(\w+)"', shape))
    return named


def keys(names, function):
    """The keys that a function writes, and whatever it calls in the same files."""
    bodies = {}
    for name in names:
        for head, body in re.findall(r"^([^\n /#].*?\)) \{\n(.*?)^\}", source(name), re.M | re.S):
            bodies[re.findall(r"(\w+)\(", head)[0]] = re.sub(r".*constexpr.*", "", body)
    found, waiting, seen = set(), [function], set()
    while waiting:
        body = bodies[waiting.pop()]
        found |= set(re.findall(r'\["(\w+)"\]|\{"(\w+)",', body))
        called = {each for each in re.findall(r"(\w+)\(", body) if each in bodies} - seen
        seen |= called
        waiting += called
    return {one or other for one, other in found}


def options(program, *command):
    help_text = subprocess.run([program, *command, "--help"], check=True, capture_output=True).stdout.decode()
    return set(re.findall(r"^  (--[\w.-]+)", help_text, re.M)) - {"--help", "--version", "--lang"}


def named_options(text):
    return {option for first, _ in rows(text) for option in re.findall(r"`(--[\w.-]+)", first)}


def check_options(page, xuncha, xunchad):
    for command in ("check", "inspect"):
        same(f"options of {command}", named_options(page[f"xuncha {command}"]), options(xuncha, command))
    same("flags of xunchad", named_options(page["The daemon"]), options(xunchad))
    for command in ("url", "robots", "decode", "date", "workday", "address", "sitemap"):
        text = "".join(row for first, row in rows(page["Small questions"]) if first.startswith(f" `{command} "))
        named = set(re.findall(r"--[\w-]+", text)) - {"--allow-cidr"}
        same(f"options of {command}", named, options(xuncha, command) - {"--batch"})
    help_text = subprocess.run([xuncha, "--help", "--lang", "en"], check=True, capture_output=True).stdout.decode()
    commands = set(re.findall(r"^  ([a-z][\w-]*)  ", help_text.split("Commands:")[1], re.M))
    table = rows(page["Programs and exit codes"].split("| exit code |")[0])
    same("commands", {word.split()[0] for first, _ in table for word in words(first)}, commands)


def check_records(page):
    for record, function in RECORDS.items():
        same(f"record {record}", fields(page[record]), keys(RECORD_SOURCES, function) - EVERY_RECORD)
    answer = page["xuncha inspect"].split("| field |")[1]
    same("inspect", fields(answer), keys(("daemon/cli/command_inspect.cc",), "inspect_page"))
    csv = re.search(r"kNames = \{(.*?)\};", source("daemon/report/report_csv.cc"), re.S).group(1)
    same("CSV", words(page["Records"].rsplit(":", 1)[1]), set(re.findall(r'"(\w+)"', csv)))


def check_reasons(page):
    verdicts = source("core/verdict.cc")
    known = {}
    for name, verdict in re.findall(r'\{ReasonCode::\w+, "(\w+)", Verdict::k(\w+)\}', verdicts):
        known.setdefault(verdict.lower(), set()).add(name)
    known["broken"].add("http_<status>")
    statuses = re.search(r"kBlockedStatuses = \{(.*?)\};", verdicts).group(1)
    known["blocked"] |= {"http_" + status for status in statuses.split(", ")}
    lines = "\n".join(line for name in COLUMN_JUDGES for line in source(name).splitlines()
                      if re.search(r"is\(ColumnVerdict::|(?<!class_)reason = |open\(", line))
    known["of a column"] = set(re.findall(r'"([a-z_]+)"', lines))
    for verdict, reasons in known.items():
        same(f"reasons, {verdict}", {word for first, _ in rows(page[verdict]) for word in words(first)}, reasons)


def check_codes(page):
    exits = set(re.findall(r"kExit\w+ = (\d+)", source("daemon/cli/exit_code.h")))
    same("exit codes", set(re.findall(r"^\| (\d+) \|", page["Programs and exit codes"], re.M)), exits)
    sent = set()
    for path in (ROOT / "daemon/web").glob("*.cc"):
        sent |= set(re.findall(r'error_response\([^;]*?(\d{3}), "(\w+)"', path.read_text("utf-8")))
    named = set()
    for first, row in rows(page["HTTP"].split("| code |")[1]):
        named |= set(zip(row.split("|")[2].strip().split(", "), re.findall(r"`(\w+)`", first)))
    same("error codes", {" ".join(each) for each in named}, {" ".join(each) for each in sent})


parser = argparse.ArgumentParser()
parser.add_argument("--xuncha", required=True)
parser.add_argument("--xunchad", required=True)
asked = parser.parse_args()
page = sections()
check_options(page, asked.xuncha, asked.xunchad)
check_records(page)
check_reasons(page)
check_codes(page)
faults.exit(f"{PAGE.name} and the program agree")
