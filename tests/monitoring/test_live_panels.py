#!/usr/bin/env python3
"""Every panel's query and every rule, asked of a Prometheus that watches a platform under load.

  test_live_panels.py PROGRAMS     the folder of souk and souk-load
"""

import pathlib
import sys
import tempfile
import time
import unittest

import live
import names

PROGRAMS = pathlib.Path(sys.argv.pop()).resolve()
WINDOW = "30s"  # what Grafana would put for $__rate_interval
SECONDS_OF_LOAD = 8


def is_number(sample):
    return sample["value"][1] not in ("NaN", "+Inf", "-Inf")


class LivePanels(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="souk-")
        cls.addClassCleanup(scratch.cleanup)
        folder = pathlib.Path(scratch.name)
        folder.chmod(0o755)  # PostgreSQL runs as another user below it
        platform = live.instance.Instance(PROGRAMS, folder, processes=True)
        cls.addClassCleanup(platform.stop)
        platform.start()
        cls.prometheus = live.Prometheus(folder, platform.ops_port)
        cls.prometheus.__enter__()
        cls.addClassCleanup(cls.prometheus.__exit__)
        live.put_under_load(platform, live.load_command(platform, folder), SECONDS_OF_LOAD)
        time.sleep(4)  # a last scrape, and rules that stand on other rules

    def test_every_panel_shows_something(self):
        for dashboard, title, expression in names.panels():
            with self.subTest(f"{dashboard}: {title}", query=expression):
                found = self.prometheus.query(expression.replace("$__rate_interval", WINDOW))
                self.assertTrue(any(map(is_number, found)), found)

    def test_every_rule_can_be_evaluated(self):
        groups = self.prometheus.get("/api/v1/rules")["groups"]
        rules = [rule for group in groups for rule in group["rules"]]
        self.assertGreater(len(rules), 50)
        for rule in rules:
            self.assertEqual((rule["health"], rule.get("lastError", "")), ("ok", ""), rule["name"])

    def test_every_recorded_series_has_data(self):
        groups = self.prometheus.get("/api/v1/rules")["groups"]
        recorded = {r["name"] for g in groups for r in g["rules"] if r["type"] == "recording"}
        for name in sorted(recorded):
            with self.subTest(name):
                self.assertTrue(any(map(is_number, self.prometheus.query(name))))

    def test_nothing_fires_on_a_platform_that_works(self):
        firing = self.prometheus.query('ALERTS{alertstate="firing"}')
        self.assertEqual([alert["metric"]["alertname"] for alert in firing], [])

    def test_a_query_for_what_is_not_there_is_empty(self):
        self.assertEqual(self.prometheus.query("rate(souk_ordes_total[30s])"), [])


if __name__ == "__main__":
    unittest.main()
