#!/usr/bin/env python3
"""What `xuncha inspect` reads of labelled pages, compared with the labels: a table of right, wrong and missing.

    tests/labels/labels.py [--xuncha build/xuncha] [--corpus ../shared/corpus] [--check] [--rows]

--check ends with 1 when a threshold below is not kept, --rows names every difference. Ends with 77 where there is no
corpus. A label that is null says nothing, except a publication day, where it says that none is shown.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import unicodedata
from collections import defaultdict

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
NOW = "2021-04-07T12:00:00+08:00"  # when the two sites were saved
KINDS = {"redirect-stub": "stub", "static-info": "info", "form-or-guide": "form", "search-result-shell": "search"}

# Field: least share right of those labelled, most wrong, most missing.
THRESHOLDS = {
    "kind": (36 / 37, 1, 0),
    "published": (0, 0, 3),
    "title": (0.95, None, None),
    "doc_number": (0.95, None, None),
    "source": (0.95, None, None),
    "breadcrumb": (0.95, None, None),
    "foreign day": (0, 2, None),
}
# Of lists only once they are read: nothing wrong, one unknown.
LIST_THRESHOLDS = {"list items": (0, 0, 1), "list newest": (0, 0, 1)}


def plain(text):
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or "")).lower()


def ask(xuncha, questions, now):
    lines = "".join(json.dumps(q) + "\n" for q in questions)
    done = subprocess.run([xuncha, "inspect", "--batch", "--now", now], input=lines, capture_output=True, text=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if len(answers) != len(questions):
        sys.exit("inspect --batch gave %d answers to %d questions: %s" % (len(answers), len(questions), done.stderr))
    return answers


class Table:
    def __init__(self):
        self.counts = defaultdict(lambda: {"right": 0, "wrong": 0, "missing": 0})
        self.differences = []

    def add(self, field, who, wanted, got, same):
        outcome = "right" if same else "missing" if got in (None, "", []) else "wrong"
        self.counts[field][outcome] += 1
        if not same:
            self.differences.append((field, who, outcome, wanted, got))

    def show(self):
        print("%-14s %6s %6s %8s" % ("field", "right", "wrong", "missing"))
        for field, count in self.counts.items():
            print("%-14s %6d %6d %8d" % (field, count["right"], count["wrong"], count["missing"]))

    def faults(self, thresholds):
        for field, (share, wrong, missing) in thresholds.items():
            count = self.counts.get(field)
            if count is None:
                continue
            total = sum(count.values())
            if total and count["right"] < share * total:
                yield "%s: %d of %d right" % (field, count["right"], total)
            if wrong is not None and count["wrong"] > wrong:
                yield "%s: %d wrong" % (field, count["wrong"])
            if missing is not None and count["missing"] > missing:
                yield "%s: %d missing" % (field, count["missing"])


def compare(label, answer, table):
    who = label["id"]
    kind = KINDS.get(label["kind"], label["kind"])
    got = answer["kind"]
    table.add("kind", who, kind, got, got == kind or (kind == "article" and got == "document"))
    column = answer["column"] or {}
    if label["breadcrumb"]:
        path = column.get("path") or []
        table.add("breadcrumb", who, label["breadcrumb"], path, [plain(p) for p in path] == [plain(p) for p in label["breadcrumb"]])
    if label["column"]:
        name = column.get("name")
        table.add("column", who, label["column"], name, plain(name) == plain(label["column"]))
    if label["article"]:
        wanted = label["article"]
        article = answer["article"] or {}
        table.add("title", who, wanted["title"], article.get("title"), plain(article.get("title")) == plain(wanted["title"]))
        day = article.get("published")
        table.add("published", who, wanted["pub_date"], day, day == wanted["pub_date"])
        for field, name in (("source", "source"), ("doc_number", "doc_no")):
            value = article.get(field)
            table.add(field, who, wanted[name], value, plain(value) == plain(wanted[name]))
    if label["list"]:
        found = answer["list"]
        known = found if found and found["confidence"] >= 0.7 and not found["script_rendered"] else None
        items = known["items"] if known else None
        count = len(items) if known else None
        days = sorted(i["date"] for i in items if i["date"]) if known else []
        table.add("list items", who, label["list"]["item_count"], count, count == label["list"]["item_count"])
        newest = days[-1] if days else None
        table.add("list newest", who, label["list"]["newest"], newest, newest == label["list"]["newest"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--xuncha", default=os.path.join(ROOT, "build", "xuncha"))
    parser.add_argument("--corpus", default=os.environ.get("XUNCHA_CORPUS", os.path.join(ROOT, "..", "shared", "corpus")))
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--rows", action="store_true")
    args = parser.parse_args()
    labels_path = os.path.join(args.corpus, "gov", "labels.dev.jsonl")
    if not os.path.exists(labels_path):
        print("skipped: no corpus at " + args.corpus)
        return 77
    with open(labels_path, encoding="utf-8") as lines:
        labels = [json.loads(line) for line in lines]
    table = Table()
    questions = [{"id": l["id"], "file": os.path.join(args.corpus, l["file"]), "base": l["base_url"]} for l in labels]
    for label, answer in zip(labels, ask(args.xuncha, questions, NOW)):
        compare(label, answer, table)
    with open(os.path.join(args.corpus, "dates", "truth.json"), encoding="utf-8") as text:
        truth = json.load(text)
    pages = list(truth.items())
    questions = [{"file": os.path.join(args.corpus, "dates", page["file"]), "base": url} for url, page in pages]
    for (url, page), answer in zip(pages, ask(args.xuncha, questions, "2020-01-01")):
        day = (answer["article"] or {}).get("published")
        table.add("foreign day", page["file"], page["date"], day, day == page["date"])
    table.show()
    if args.rows:
        for difference in table.differences:
            print("%s %s %s: wanted %s, got %s" % difference)
    thresholds = dict(THRESHOLDS)
    if table.counts["list items"]["right"]:
        thresholds.update(LIST_THRESHOLDS)
    faults = list(table.faults(thresholds)) if args.check else []
    for fault in faults:
        print("not kept: " + fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
