#!/usr/bin/env python3
"""Do the metrics, rules, runbook, dashboards and provisioning agree with each other and with the program?

    lint.py               everything that can be read
    lint.py expressions   every expression of the dashboards, by promtool's parser (skipped without promtool)
"""

import re
import shutil
import subprocess
import sys
import tempfile

from artifacts import (ROOT, METRICS_DOC, RULES, RUNBOOK, SKIPPED, VARIABLES, Faults, alerts, base_name, dashboards, data_panels,
                       documented_metrics, label_names, metric_names, rules, substitute, yaml)

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ALWAYS_THERE = {"up"}
TARGET_LABELS = {"job", "instance", "le"}
SECTIONS = ("Meaning", "Impact", "Diagnosis", "Fix", "Regulation")
RUNBOOK_BASE = "docs/OPERATIONS.md#"

faults = Faults()
check = faults.check
exposed, recorded = documented_metrics()


def check_program():
    """docs/METRICS.md names exactly what the program exposes."""
    sources = sorted((ROOT / "daemon/web").glob("metrics*.cc"))
    if not sources:
        print("not compared: there is no daemon/web/metrics.cc")
        return
    named = set()
    for source in sources:
        text = source.read_text("utf-8")
        named |= set(re.findall(r'"(xuncha_[a-z0-9_]*[a-z0-9]|process_[a-z_]+)"', text))
        named |= {"xuncha_" + name for name in re.findall(r'\b(?:gauge|counter|histogram)\(\s*"([a-z0-9_]+)"', text)}
    for name in sorted(named - set(exposed)):
        check(False, f"{name} is exposed, but not in {METRICS_DOC.name}")
    for name in sorted(set(exposed) - named):
        check(False, f"{name} is in {METRICS_DOC.name}, but not exposed")


def check_documented():
    check(len(exposed) > 20, f"{METRICS_DOC.name} has no table that this can read")
    for name, (kind, labels) in exposed.items():
        check(re.fullmatch(r"(xuncha|process)_[a-z0-9_]+", name), f"{name} is no name of ours")
        check(kind in ("gauge", "counter", "histogram"), f"{name} has type {kind}")
        check((kind == "counter") == name.endswith("_total"), f"{name}: _total belongs to counters, and to all of them")
        check(not {"url", "title", "error"} & set(labels), f"{name} has a label for texts from outside")
    of_rules = {rule["record"] for rule in rules() if "record" in rule}
    check(recorded == of_rules, f"recorded series in {METRICS_DOC.name} and {RULES.name} differ: {recorded ^ of_rules}")


def check_expression(where, expression):
    for name in metric_names(substitute(expression)):
        name = base_name(name, exposed)
        check(name in exposed or name in recorded or name in ALWAYS_THERE, f"{where}: {name} is no metric of ours")
    known = TARGET_LABELS.union(*(labels for _, labels in exposed.values()))
    for label in label_names(substitute(expression)):
        check(label in known, f"{where}: no metric has a label {label}")
    check("or vector(" not in expression, f"{where}: an invented value hides that there is none")


def check_rules():
    runbook = RUNBOOK.read_text("utf-8").split("## Runbook", 1)[-1]
    sections = dict(re.findall(r"^### (\w+)\n(.*?)(?=^### |\Z)", runbook, re.M | re.S))
    uids = {dashboard["uid"] for dashboard in dashboards().values()}
    for rule in rules():
        check_expression(rule.get("alert") or rule["record"], rule["expr"])
        if "record" in rule:
            check(re.fullmatch(r"[a-z]+:[a-z0-9_]+:[a-z0-9_]+", rule["record"]), f"{rule['record']} is not level:metric:operation")
    for name, rule in alerts().items():
        check(re.fullmatch(r"([A-Z][a-z0-9]+)+", name), f"{name} is not CamelCase")
        check("for" in rule, f"{name} has no for")
        severity = rule["labels"].get("severity")
        check(severity in ("critical", "warning", "info"), f"{name} has severity {severity}")
        notes = rule["annotations"]
        for key in ("summary", "description"):
            check(CHINESE.search(notes.get(key, "")), f"{name} has no Chinese {key}")
        check(notes.get("runbook_url") == RUNBOOK_BASE + name.lower(), f"{name}: runbook_url is not {RUNBOOK_BASE + name.lower()}")
        uid = re.match(r"/d/([\w-]+)", notes.get("dashboard_url", ""))
        check(uid and uid.group(1) in uids, f"{name}: dashboard_url leads nowhere")
        if check(name in sections, f"{name} has no section in {RUNBOOK.name}"):
            for part in SECTIONS:
                check(f"**{part}.**" in sections[name], f"{RUNBOOK.name}, {name}: no {part}")
            check(re.search(rf"^\*[^*]+ · {severity}\*$", sections[name], re.M), f"{RUNBOOK.name}, {name}: another severity")
    for name in set(sections) - set(alerts()):
        check(False, f"{RUNBOOK.name} has a section {name}, which is no alert")


def check_rule_tests():
    """Every alert has a row where it fires and one where it stays silent."""
    fires, silent = set(), set()
    for path in (ROOT / "tests/deploy").glob("alerts_*_test.yml"):
        for test in yaml.safe_load(path.read_text("utf-8"))["tests"]:
            for row in test.get("alert_rule_test", []):
                (fires if row["exp_alerts"] else silent).add(row["alertname"])
    for name in alerts():
        check(name in fires, f"{name} fires in no test")
        check(name in silent, f"{name} is silent in no test")
    for name in (fires | silent) - set(alerts()):
        check(False, f"{name} is tested, but no alert")


def check_alertmanager():
    config = yaml.safe_load((ROOT / "deploy/alertmanager/alertmanager.yml").read_text("utf-8"))
    check(config["route"]["group_by"] == ["site"], "Alertmanager does not group by site")
    for rule in config["inhibit_rules"]:
        check("instance" in rule["equal"], "an inhibit rule reaches over to other instances")
        for matcher in rule["source_matchers"] + rule["target_matchers"]:
            name, sign, pattern = re.fullmatch(r'(\w+)(=~|!=|=)"(.*)"', matcher).groups()
            if name == "alertname":
                for each in pattern.split("|") if sign == "=~" else [pattern]:
                    check(any(re.fullmatch(each, alert) for alert in alerts()), f"inhibit rule names {each}, which is no alert")


def alert_limits(alert):
    """Where a figure turns red, by the alert's comparisons: above 0, below 1 and equal 0 all mean the step at 1."""
    limits = set()
    for sign, number in re.findall(r"(>=|<=|==|>|<)\s*([0-9.]+)", alert["expr"]):
        value = float(number)
        limits.add(1.0 if (sign, value) in ((">", 0.0), ("<", 1.0), ("==", 0.0)) else value)
    return limits


def check_thresholds(where, thresholds, named):
    """Red begins where an alert that the description names begins."""
    steps = thresholds["steps"]
    red = [step["value"] for step in steps if step["color"] == "red" and step["value"] is not None]
    if steps[0]["color"] == "red":
        red.append(steps[1]["value"])
    limits = set().union(*(alert_limits(alerts()[name]) for name in named)) if named else set()
    for value in red:
        check(float(value) in limits, f"{where} turns red at {value}, its alerts {sorted(named)} at {sorted(limits)}")


def check_panel(where, panel):
    check(panel.get("datasource", {}).get("uid") == "${datasource}", f"{where}: its data source is no variable")
    check(CHINESE.search(panel["title"]), f"{where}: the title is not Chinese")
    check(CHINESE.search(panel.get("description", "")), f"{where}: no Chinese description")
    check(panel["fieldConfig"]["defaults"].get("unit"), f"{where}: no unit")
    check(panel["targets"], f"{where}: no expression")
    check(len({target["refId"] for target in panel["targets"]}) == len(panel["targets"]), f"{where}: refId twice")
    for target in panel["targets"]:
        check(target["datasource"]["uid"] == "${datasource}", f"{where}: a target's data source is no variable")
        check_expression(where, target["expr"])
        left = [word for word in re.findall(r"\$\w+", target["expr"]) if word not in VARIABLES]
        check(not left, f"{where}: unknown variables {left}")
    named = {name for name in re.findall(r"\b[A-Z]\w+\b", panel["description"]) if name in alerts()}
    check_thresholds(where, panel["fieldConfig"]["defaults"]["thresholds"], named)
    for override in panel["fieldConfig"]["overrides"]:
        for each in override["properties"]:
            if each["id"] == "thresholds":
                check_thresholds(f"{where}, {override['matcher']['options']}", each["value"], named)


def check_layout(where, dashboard):
    taken = {}
    identities = [panel["id"] for panel in dashboard["panels"]]
    check(len(set(identities)) == len(identities), f"{where}: a panel's id twice")
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        check(place["x"] >= 0 and place["x"] + place["w"] <= 24, f"{where}, {panel['title']}: wider than the grid")
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                check((x, y) not in taken, f"{where}: {panel['title']} lies over {taken.get((x, y))}")
                taken[x, y] = panel["title"]


def check_dashboards():
    check(dashboards(), "no dashboard")
    mentioned = set()
    for path, dashboard in dashboards().items():
        where = path.name
        check(dashboard["id"] is None, f"{where}: an id of somebody's Grafana")
        check(dashboard["uid"] == path.stem, f"{where}: the uid is not the file's name")
        check(CHINESE.search(dashboard["title"]), f"{where}: the title is not Chinese")
        check(dashboard["editable"] is False and "xuncha" in dashboard["tags"] and dashboard["links"], f"{where}: editable, tags, links")
        variables = {variable["name"]: variable for variable in dashboard["templating"]["list"]}
        check(variables.get("datasource", {}).get("type") == "datasource", f"{where}: no data source variable")
        for variable in variables.values():
            if variable["type"] == "query":
                check_expression(f"{where}, variable {variable['name']}", re.sub(r"label_values\((.*), \w+\)", r"\1", variable["definition"]))
        for annotation in dashboard["annotations"]["list"]:
            check_expression(f"{where}, annotation {annotation['name']}", annotation["expr"])
        check_layout(where, dashboard)
        for panel in data_panels(dashboard):
            check_panel(f"{where}, {panel['title']}", panel)
            mentioned |= {name for name in alerts() if name in panel["description"]}
    for name in set(alerts()) - mentioned:
        check(False, f"no panel's description names the alert {name}")


def check_provisioning():
    folder = ROOT / "deploy/grafana/provisioning"
    sources = yaml.safe_load((folder / "datasources/xuncha.yml").read_text("utf-8"))
    check(sources["apiVersion"] == 1 and sources["datasources"][0]["uid"], "data source without a fixed uid")
    providers = yaml.safe_load((folder / "dashboards/xuncha.yml").read_text("utf-8"))
    provider = providers["providers"][0]
    check(provider["allowUiUpdates"] is False and provider["type"] == "file", "provider: allowUiUpdates, type")
    scrape = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text("utf-8"))
    check(sources["datasources"][0]["jsonData"]["timeInterval"] == scrape["global"]["scrape_interval"], "timeInterval is not the scrape's")
    check(scrape["scrape_configs"][0]["job_name"] == "xuncha", "the rules select job=\"xuncha\"")


def check_by_promtool():
    if not shutil.which("promtool"):
        print("skipped: promtool is not installed")
        sys.exit(SKIPPED)
    expressions = []
    for dashboard in dashboards().values():
        for panel in data_panels(dashboard):
            expressions += [target["expr"] for target in panel["targets"]]
        expressions += [annotation["expr"] for annotation in dashboard["annotations"]["list"]]
    made = {"groups": [{"name": "dashboards", "rules": [
        {"record": f"test:expression:number{number}", "expr": substitute(each)} for number, each in enumerate(expressions)]}]}
    with tempfile.NamedTemporaryFile("w", suffix=".yml", encoding="utf-8") as file:
        yaml.safe_dump(made, file, allow_unicode=True)
        file.flush()
        answer = subprocess.run(["promtool", "check", "rules", file.name], capture_output=True, text=True)
    check(answer.returncode == 0, answer.stdout + answer.stderr)
    check(expressions, "no expressions")
    faults.exit(f"{len(expressions)} expressions parse")


if sys.argv[1:] == ["expressions"]:
    check_by_promtool()
check_documented()
check_program()
check_rules()
check_rule_tests()
check_alertmanager()
check_dashboards()
check_provisioning()
faults.exit(f"{len(exposed)} metrics, {len(alerts())} alerts, "
            f"{sum(len(list(data_panels(each))) for each in dashboards().values())} panels agree")
