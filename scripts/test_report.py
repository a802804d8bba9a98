#!/usr/bin/env python3
"""Sums up a ctest run in single test cases.

Reads the JUnit file that `ctest --output-junit` writes. A GoogleTest program counts with each of
its cases, any other program as one. A case that began and never ended (its program crashed, or was
stopped at its time limit) has failed; so has a program that exits badly though its cases passed.
Prints the failures with what they wrote, then the summary as the last line.
"""

import argparse
import dataclasses
import re
import sys
import xml.etree.ElementTree as ElementTree

BEGIN = re.compile(r"\[ RUN      \] (\S+)")
# Only the line of the case itself ends in a duration; the list at the end of a program does not.
END = re.compile(r"\[(       OK |  FAILED  |  SKIPPED )\] (\S+?)(?:, where .*)? \(\d+ ms\)$")
# Enough to see an assertion in its surroundings; the whole output stands in the JUnit file.
SHOWN_LINES = 60


@dataclasses.dataclass
class Failure:
    name: str
    output: list[str]


@dataclasses.dataclass
class Summary:
    passed: int = 0
    skipped: int = 0
    failures: list[Failure] = dataclasses.field(default_factory=list)

    def line(self) -> str:
        text = f"{self.passed} passed, {len(self.failures)} failed"
        return f"{text}, {self.skipped} skipped" if self.skipped else text


def count_cases(program: str, lines: list[str], summary: Summary) -> tuple[int, int]:
    """Adds the GoogleTest cases in a program's output. Returns how many began, how many failed."""
    began, failed = 0, 0
    running, first_line = None, 0
    for number, line in enumerate(lines):
        begin = BEGIN.search(line)
        if begin:
            running, first_line = begin[1], number
            began += 1
            continue
        end = END.search(line)
        if not end or end[2] != running:
            continue
        if "OK" in end[1]:
            summary.passed += 1
        elif "SKIPPED" in end[1]:
            summary.skipped += 1
        else:
            failed += 1
            summary.failures.append(
                Failure(f"{program}: {running}", lines[first_line : number + 1])
            )
        running = None
    if running:
        failed += 1
        summary.failures.append(Failure(f"{program}: {running} (never ended)", lines[first_line:]))
    return began, failed


def add_program(test: ElementTree.Element, summary: Summary) -> None:
    program = test.get("name", "?")
    status = test.get("status")
    lines = (test.findtext("system-out") or "").splitlines()
    began, failed = count_cases(program, lines, summary)
    if status == "fail":
        if not failed:
            seconds = float(test.get("time", 0))
            summary.failures.append(Failure(f"{program} (after {seconds:.1f} s)", lines))
    elif status == "run":
        if not began:
            summary.passed += 1
    elif test.find("skipped") is not None and not began:
        skipped = test.find("skipped").get("message", "")
        if "SKIP" in skipped.upper() or status == "disabled":
            summary.skipped += 1
            print(f"skipped: {program}: {' '.join(lines[-1:]) or skipped}")
        else:  # its program is missing or could not be started
            summary.failures.append(Failure(f"{program} ({skipped})", lines))


def summarize(report: ElementTree.Element) -> Summary:
    summary = Summary()
    for test in report.iter("testcase"):
        add_program(test, summary)
    return summary


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("report", help="the file that ctest --output-junit wrote")
    parser.add_argument("--exit-code", type=int, default=0, help="what ctest itself ended with")
    arguments = parser.parse_args()
    try:
        summary = summarize(ElementTree.parse(arguments.report).getroot())
    except (OSError, ElementTree.ParseError) as error:
        summary = Summary(failures=[Failure(f"ctest left no readable report: {error}", [])])
    if not summary.failures:
        if summary.passed + summary.skipped == 0:
            summary.failures.append(Failure("no test was run", []))
        elif arguments.exit_code != 0:
            summary.failures.append(Failure(f"ctest ended with {arguments.exit_code}", []))

    for failure in summary.failures:
        print(f"\n--- failed: {failure.name}")
        print("\n".join(failure.output[-SHOWN_LINES:]))
    print(summary.line())
    return 1 if summary.failures else 0


if __name__ == "__main__":
    sys.exit(main())
