#!/usr/bin/env python3
"""Writes rules/slo.yml: for each objective, the share of bad requests in each window that alerts look at.

  monitoring/prometheus/slo.py            write it
  monitoring/prometheus/slo.py --check    exit 1 if the file is not what this would write
"""

import pathlib
import sys

FILE = pathlib.Path(__file__).resolve().parent / "rules" / "slo.yml"
# The pairs that alerts.yml compares: (5m, 1h), (30m, 6h), (6h, 3d).
WINDOWS = ("5m", "30m", "1h", "6h", "3d")
CHECKOUT = 'route="POST /api/v1/orders"'
BROWSE = 'route=~"GET /api/v1/(products|products/.*|categories)"'
# A share of requests that are answered (without a 5xx), and one that are answered in time. The times are
# boundaries of souk_http_seconds' buckets.
AVAILABLE = {"checkout": (CHECKOUT, 0.999), "browse": (BROWSE, 0.999)}
IN_TIME = {"checkout": (CHECKOUT, "2.5", 0.99), "browse": (BROWSE, "0.25", 0.99)}

HEADER = "# Written by slo.py.\ngroups:\n  - name: souk-slo\n    rules:\n"


def rule(record: str, slo: str, lines: list[str]) -> str:
    text = f"      - record: {record}\n        labels: {{slo: {slo}}}\n        expr: |\n"
    return text + "".join(f"          {line}\n" for line in lines)


def unanswered(route: str, window: str) -> list[str]:
    # Nothing failed yet: then there is no series of failures.
    return [
        f'(sum(rate(souk_http_requests_total{{{route}, status=~"5.."}}[{window}])) or vector(0))',
        f"  / sum(rate(souk_http_requests_total{{{route}}}[{window}]))",
    ]


def late(route: str, limit: str, window: str) -> list[str]:
    return [
        f'1 - sum(rate(souk_http_seconds_bucket{{{route}, le="{limit}"}}[{window}]))',
        f"  / sum(rate(souk_http_seconds_count{{{route}}}[{window}]))",
    ]


def rules() -> str:
    text = HEADER
    for name, (route, objective) in AVAILABLE.items():
        slo = f"{name}-availability"
        text += rule("slo:souk_objective:ratio", slo, [f"vector({objective})"])
        for window in WINDOWS:
            text += rule(f"slo:souk_bad:ratio_rate{window}", slo, unanswered(route, window))
    for name, (route, limit, objective) in IN_TIME.items():
        slo = f"{name}-latency"
        text += rule("slo:souk_objective:ratio", slo, [f"vector({objective})"])
        for window in WINDOWS:
            text += rule(f"slo:souk_bad:ratio_rate{window}", slo, late(route, limit, window))
    return text


def main() -> int:
    if sys.argv[1:] == ["--check"]:
        if FILE.read_text() == rules():
            return 0
        print(f"{FILE} is not what slo.py writes", file=sys.stderr)
        return 1
    FILE.write_text(rules())
    return 0


if __name__ == "__main__":
    sys.exit(main())
