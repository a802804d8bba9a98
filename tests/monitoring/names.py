"""The metrics that the code exports, and those that rules and dashboards ask for."""

import json
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROMETHEUS = ROOT / "monitoring/prometheus"
DASHBOARDS = ROOT / "monitoring/grafana/dashboards"

# metrics.counter("souk_…"), gauge, seconds: whoever makes one names it on the spot.
DECLARED = re.compile(r'\b(counter|gauge|seconds)\(\s*"(souk_[a-z0-9_]+)"')
USED = re.compile(r"(?<![\w:])souk_[a-z0-9_]+\b(?!:)")
RECORDED = re.compile(r"- record: (\S+)")
RECORDED_USE = re.compile(r"\b[a-z]+:[a-z0-9_]+:[a-z0-9_]+\b")


def exported():
    """Every name that a scrape can hold."""
    found = set()
    for folder in ("pkg", "services", "api-gateway", "apps"):
        for file in (ROOT / folder).rglob("*.cpp"):
            if "tests" in file.parts:
                continue
            for kind, name in DECLARED.findall(file.read_text()):
                parts = ("_bucket", "_count", "_sum") if kind == "seconds" else ("",)
                found.update(name + part for part in parts)
    return found


def rule_files():
    return sorted((PROMETHEUS / "rules").glob("*.yml"))


def panels():
    """(dashboard, panel, query) for each query of each panel."""
    for file in sorted(DASHBOARDS.glob("*.json")):
        for panel in json.loads(file.read_text())["panels"]:
            for target in panel["targets"]:
                yield file.stem, panel["title"], target["expr"]


def expressions():
    """(where, text) of all that asks for metrics."""
    for file in rule_files():
        lines = file.read_text().splitlines()
        # Neither comments, nor what summaries say about alerts and labels.
        text = "\n".join(line for line in lines if not re.search(r"#|summary:|- name:", line))
        yield file.name, text
    for dashboard, title, expr in panels():
        yield f"{dashboard}: {title}", expr


def alerts():
    text = (PROMETHEUS / "rules/alerts.yml").read_text()
    return re.findall(r"- alert: (\w+)", text)
