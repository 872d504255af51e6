"""What the deploy tests share: the files under test, read, and the metric names of a PromQL expression."""

import functools
import json
import pathlib
import re
import sys

SKIPPED = 77  # what ctest shows as skipped

try:
    import yaml
except ImportError:
    print("skipped: PyYAML (python3-yaml) is not installed")
    sys.exit(SKIPPED)

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = ROOT / "deploy/prometheus/rules/xuncha.yml"
PROMETHEUS = ROOT / "deploy/prometheus/prometheus.yml"
METRICS_DOC = ROOT / "docs/METRICS.md"
RUNBOOK = ROOT / "docs/OPERATIONS.md"

# Grafana's variables by what an expression can be tried with.
VARIABLES = {"$site": ".*", "$unit": ".*", "$__rate_interval": "1m", "$__interval": "1m", "$__range": "1h"}

KEYWORDS = {
    "and", "or", "unless", "on", "ignoring", "by", "without", "group_left", "group_right", "offset", "bool", "inf", "nan",
}


@functools.cache
def dashboards():
    return {path: json.loads(path.read_text("utf-8")) for path in sorted((ROOT / "dashboards").glob("*.json"))}


def data_panels(dashboard):
    """Panels that ask for data; rows may hold panels of their own."""
    for panel in dashboard["panels"]:
        for each in [panel, *panel.get("panels", [])]:
            if each["type"] not in ("row", "text"):
                yield each


@functools.cache
def rules():
    groups = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


@functools.cache
def alerts():
    return {rule["alert"]: rule for rule in rules() if "alert" in rule}


@functools.cache
def documented_metrics():
    """name -> (type, labels) of docs/METRICS.md, and the names that the rules record."""
    exposed, recorded = {}, set()
    for line in METRICS_DOC.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("| `") else []
        if not cells:
            continue
        name = cells[0].strip("`")
        if ":" in name:
            recorded.add(name)
        else:
            exposed[name] = (cells[1], re.findall(r"`([a-z_]+)`", cells[2]))
    return exposed, recorded


def substitute(expression):
    for name, value in VARIABLES.items():
        expression = expression.replace(name, value)
    return expression


def metric_names(expression):
    """The names of metrics in a PromQL expression: what is left without strings, matchers, groupings and functions."""
    text = re.sub(r'"(\\.|[^"\\])*"', '""', expression)
    text = re.sub(r"\{[^}]*\}", " ", text)
    text = re.sub(r"\[[^\]]*\]", " ", text)
    text = re.sub(r"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)", " ", text)
    text = re.sub(r"\boffset\s+\S+", " ", text)
    names = set()
    for match in re.finditer(r"[a-zA-Z_:][a-zA-Z0-9_:]*", text):
        word = match.group()
        is_function = re.match(r"\s*\(", text[match.end():])
        follows_number = match.start() > 0 and (text[match.start() - 1].isdigit() or text[match.start() - 1] == ".")
        if not is_function and not follows_number and word.lower() not in KEYWORDS:
            names.add(word)
    return names


def label_names(expression):
    """The labels that an expression matches or groups by."""
    text = re.sub(r'"(\\.|[^"\\])*"', '""', expression)
    found = set()
    for inside in re.findall(r"\{([^}]*)\}", text):
        found |= set(re.findall(r"([a-zA-Z_]\w*)\s*(?:=~|!~|!=|=)", inside))
    for inside in re.findall(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)", text):
        found |= set(re.findall(r"\w+", inside))
    return found


def base_name(name, exposed):
    """A histogram's series by the histogram's name."""
    for suffix in ("_bucket", "_sum", "_count"):
        base = name.removesuffix(suffix)
        if base != name and exposed.get(base, ("",))[0] == "histogram":
            return base
    return name


class Faults:
    def __init__(self):
        self.count = 0

    def check(self, holds, message):
        if not holds:
            self.count += 1
            print("FAULT:", message)
        return holds

    def exit(self, passed):
        print(passed if self.count == 0 else f"{self.count} faults")
        sys.exit(1 if self.count else 0)
