#!/usr/bin/env python3
"""scripts/test_report.py counts right: it is what `make test` believes."""

import pathlib
import sys
import unittest
import xml.etree.ElementTree as ElementTree
from xml.sax.saxutils import escape

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
import test_report  # noqa: E402


def summarize(*programs: str) -> test_report.Summary:
    return test_report.summarize(
        ElementTree.fromstring(f"<testsuite>{''.join(programs)}</testsuite>")
    )


def program(status: str, output: str, inner: str = "") -> str:
    return (
        f'<testcase name="p" status="{status}" time="1.5">{inner}'
        f"<system-out>{escape(output)}</system-out></testcase>"
    )


GOOD = "[ RUN      ] A.B\n[       OK ] A.B (0 ms)\n"
BAD = "[ RUN      ] A.C\na.cpp:1: Failure\n[  FAILED  ] A.C (0 ms)\n"


class TestReport(unittest.TestCase):
    def check(self, summary: test_report.Summary, line: str, *failures: str):
        self.assertEqual(summary.line(), line)
        self.assertEqual([failure.name for failure in summary.failures], list(failures))

    def test_each_case_of_a_program_counts(self):
        self.check(
            summarize(program("run", GOOD + GOOD), program("run", "plain")), "3 passed, 0 failed"
        )

    def test_a_failed_case_is_named_with_its_output(self):
        # The list at the end of a program names it again, and is not counted again.
        summary = summarize(
            program("fail", GOOD + BAD + "[  FAILED  ] 1 test, listed below:\n[  FAILED  ] A.C\n")
        )
        self.check(summary, "1 passed, 1 failed", "p: A.C")
        self.assertIn("a.cpp:1: Failure", summary.failures[0].output)

    def test_a_case_with_parameters(self):
        output = (
            '[ RUN      ] X/P.Q/1\n[  FAILED  ] X/P.Q/1, where GetParam() = "b (3 ms) x" (12 ms)\n'
        )
        self.check(summarize(program("fail", output)), "0 passed, 1 failed", "p: X/P.Q/1")

    def test_a_crash_fails_the_case_that_ran(self):
        self.check(
            summarize(program("fail", GOOD + "[ RUN      ] A.D\nSegmentation fault")),
            "1 passed, 1 failed",
            "p: A.D (never ended)",
        )

    def test_a_program_that_fails_after_its_cases_fails(self):
        self.check(summarize(program("fail", GOOD)), "1 passed, 1 failed", "p (after 1.5 s)")

    def test_output_before_the_result_on_one_line(self):
        self.check(
            summarize(program("run", "[ RUN      ] A.B\npartial[       OK ] A.B (0 ms)\n")),
            "1 passed, 0 failed",
        )

    def test_skipped_is_counted_apart(self):
        skipped_case = "[ RUN      ] A.S\n[  SKIPPED ] A.S (0 ms)\n"
        no_base = program("notrun", "why", '<skipped message="SKIP_RETURN_CODE=77"/>')
        self.check(
            summarize(program("run", GOOD + skipped_case), no_base), "1 passed, 0 failed, 2 skipped"
        )

    def test_a_program_that_is_missing_has_failed(self):
        missing = program("notrun", "", '<skipped message="Unable to find executable"/>')
        self.check(summarize(missing), "0 passed, 1 failed", "p (Unable to find executable)")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "--buffer", *sys.argv[1:]])
