#!/usr/bin/env python3
"""Writes docs/RULES.md from what `xuncha rules` says, or tells that the page is out of date.

    tests/deploy/rules_page.py --xuncha build/xuncha --check     exit 1 and the first line that differs
    tests/deploy/rules_page.py --xuncha build/xuncha > docs/RULES.md
"""
import argparse
import json
import pathlib
import subprocess
import sys

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "RULES.md"
HEAD = """# Rules

Every rule of the program, in the order of harm to a visitor; made from `xuncha rules` by `tests/deploy/rules_page.py`, not by
hand. `--only` and `--skip` of `xuncha check` and `rules` of the configuration take ids and families (`link`, `column.*`);
docs/CONFIG.md has the settings of each.
"""


def rules(xuncha, language):
    run = subprocess.run([xuncha, "rules", "--format", "json", "--lang", language], check=True, capture_output=True)
    return [json.loads(line) for line in run.stdout.decode().splitlines()]


def page(xuncha):
    chinese = {rule["rule"]: rule for rule in rules(xuncha, "zh-CN")}
    parts = [HEAD]
    for rule in rules(xuncha, "en"):
        other = chinese[rule["rule"]]
        parts.append(f"""
## `{rule["rule"]}`

{rule["title"]} · {other["title"]} · {rule["severity"]}

- Told when: {rule["default"]}
- 默认判断：{other["default"]}
- Rests on: {rule["basis"]}
- 依据：{other["basis"]}
""")
    return "".join(parts)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--xuncha", required=True)
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    made = page(asked.xuncha)
    if not asked.check:
        sys.stdout.write(made)
        return 0
    stands = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    if made == stands:
        return 0
    for number, (new, old) in enumerate(zip(made.splitlines() + [""], stands.splitlines() + [""]), 1):
        if new != old:
            print(f"docs/RULES.md:{number}: is     {old!r}\n{' ' * len(f'docs/RULES.md:{number}:')} should be {new!r}")
            break
    print("docs/RULES.md is out of date: its head says how it is made")
    return 1


sys.exit(main())
