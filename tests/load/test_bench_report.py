#!/usr/bin/env python3
"""The benchmark judges its marks right, and shows every number that it took."""

import copy
import unittest

import report

RUN = {"per_second": 400.0, "p50_ms": 100.0, "p99_ms": 200.0, "other": {}, "to_yardstick": 0.4}
COSTS = {key: 1.0 for _, key in report.COST_COLUMNS}
SHAPE = {
    "start_seconds": 1.5,
    "yardstick_per_second": [900.0, 1000.0, 1100.0],
    "checkout": RUN | {"per_order": COSTS, "settled_after_seconds": 1.0},
    "checkout_hot_sku": RUN | {"other": {"409 out_of_stock": 7}},
    "resident_mb": {"idle": 110.0, "loaded": 150.0, "sandbox_provider": 20.0},
}
READ = {"per_second": 12345.0, "p50_ms": 1.0, "p99_ms": 2.0, "failed": 0}
READS = {"bytes": 700, "nginx": READ, "cached": READ, "cached_to_nginx": 0.6, "uncached": READ}
RESULTS = {
    "postgresql": {"fsync": "on"},
    "one_process": SHAPE,
    "seven_processes": SHAPE,
    "reads": READS,
}


def met(results):
    return [mark["met"] for mark in report.judged(results)]


class TestReport(unittest.TestCase):
    def setUp(self):
        self.results = copy.deepcopy(RESULTS)

    def test_marks_are_met_up_to_their_limits(self):
        self.assertEqual(met(self.results), [True, True, True])
        self.results["one_process"]["checkout"]["to_yardstick"] = 0.35
        self.results["reads"]["cached_to_nginx"] = 0.5
        self.results["one_process"]["resident_mb"]["idle"] = 120.0
        self.assertEqual(met(self.results), [True, True, True])

    def test_marks_are_missed_past_their_limits(self):
        self.results["one_process"]["checkout"]["to_yardstick"] = 0.349
        self.results["reads"]["cached_to_nginx"] = 0.499
        self.results["one_process"]["resident_mb"]["idle"] = 120.1
        self.assertEqual(met(self.results), [False, False, False])

    def test_the_table_shows_what_was_measured(self):
        self.results["one_process"]["checkout"]["to_yardstick"] = 0.2
        self.results["marks"] = report.judged(self.results)
        table = report.table(self.results)
        for shown in ("fsync=on", "1,000", "x 0.20", "12,345", "x 0.60"):
            self.assertIn(shown, table)
        self.assertIn("7 not confirmed", table)
        self.assertEqual(table.count("NOT MET"), 1)
        self.assertLessEqual(max(map(len, table.splitlines())), 110)


if __name__ == "__main__":
    unittest.main()
