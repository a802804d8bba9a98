#!/usr/bin/env python3
"""Prints traces as trees, from what was sent to a collector: OTLP's requests as JSON.

  trace_tree.py FILE...     one request a line
"""

import collections
import json
import pathlib
import sys

KINDS = {2: "server", 3: "client", 4: "producer", 5: "consumer"}


def spans_of(requests):
    """Every span, as OTLP has it, with its `service`; in the order of their beginnings."""
    found = []
    for request in requests:
        for resource in request["resourceSpans"]:
            service = attributes(resource["resource"])["service.name"]
            for scope in resource["scopeSpans"]:
                found += [span | {"service": service} for span in scope["spans"]]
    return sorted(found, key=lambda span: int(span["startTimeUnixNano"]))


def attributes(owner):
    plain = {}
    for attribute in owner.get("attributes", []):
        ((kind, value),) = attribute["value"].items()
        plain[attribute["key"]] = int(value) if kind == "intValue" else value
    return plain


def children_of(spans):
    """Spans by the id of the one above; those whose parent is not among them under None."""
    known = {span["spanId"] for span in spans}
    below = collections.defaultdict(list)
    for span in spans:
        parent = span.get("parentSpanId")
        below[parent if parent in known else None].append(span)
    return below


def line(span, begun):
    start, end = int(span["startTimeUnixNano"]), int(span["endTimeUnixNano"])
    marks = ["FAILED"] * (span.get("status", {}).get("code") == 2)
    about = f"{span['name']} ({KINDS[span['kind']]}, {span['service']})"
    times = [f"+{(start - begun) / 1e6:.1f} ms", f"{(end - start) / 1e6:.1f} ms"]
    return " ".join([about, *times, *marks])


def tree(spans):
    """One trace, a line a span."""
    below = children_of(spans)
    begun = min((int(span["startTimeUnixNano"]) for span in spans), default=0)
    lines = []

    def add(span, stem, branch):
        lines.append(stem + branch + line(span, begun))
        stem += {"": "", "├─ ": "│  ", "└─ ": "   "}[branch]
        children = below[span["spanId"]]
        for child in children:
            add(child, stem, "└─ " if child is children[-1] else "├─ ")

    for root in below[None]:
        add(root, "", "")
    return "\n".join(lines)


def traces(spans):
    """The spans of each trace, by its id."""
    found = collections.defaultdict(list)
    for span in spans:
        found[span["traceId"]].append(span)
    return found


if __name__ == "__main__":
    lines = [each for name in sys.argv[1:] for each in pathlib.Path(name).read_text().splitlines()]
    for trace_id, spans in traces(spans_of(map(json.loads, lines))).items():
        print(f"{trace_id}\n{tree(spans)}\n")
