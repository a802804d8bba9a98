#!/usr/bin/env python3
"""Rules and dashboards ask for what the code exports, and promtool sees every alert fire."""

import re
import subprocess
import sys
import unittest

import names


def promtool(*arguments):
    return subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True)


def rule_tests():
    return sorted((names.PROMETHEUS / "tests").glob("*.yml"))


class Names(unittest.TestCase):
    def test_every_metric_exists_in_the_code(self):
        exported = names.exported()
        self.assertGreater(len(exported), 20)
        for where, text in names.expressions():
            for name in names.USED.findall(text):
                self.assertIn(name, exported, where)

    def test_every_recorded_series_is_recorded(self):
        recorded = set()
        for file in names.rule_files():
            recorded.update(names.RECORDED.findall(file.read_text()))
        for where, text in names.expressions():
            for name in names.RECORDED_USE.findall(text):
                self.assertIn(name, recorded, where)

    def test_the_check_finds_what_is_not_there(self):
        self.assertNotIn("souk_orders", names.exported())
        self.assertEqual(names.USED.findall("rate(souk_ordes_total[5m])"), ["souk_ordes_total"])
        self.assertEqual(names.USED.findall("route:souk_http:rate5m"), [])


class Rules(unittest.TestCase):
    def test_promtool_accepts_config_and_rules(self):
        done = promtool("check", "config", names.PROMETHEUS / "prometheus.yml")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_alerts_fire_when_they_should_and_only_then(self):
        done = promtool("test", "rules", *rule_tests())
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_every_alert_is_seen_to_fire(self):
        tried = set()
        for file in rule_tests():
            tried.update(re.findall(r'alertname="(\w+)"', file.read_text()))
        self.assertEqual(set(names.alerts()), tried)

    def test_every_alert_has_a_runbook(self):
        runbook = (names.ROOT / "docs/OPERATIONS.md").read_text()
        written = set(re.findall(r"^### (\w+)$", runbook, re.MULTILINE))
        self.assertEqual(set(names.alerts()) ^ written, set())

    def test_slo_rules_are_what_the_table_says(self):
        command = [sys.executable, names.PROMETHEUS / "slo.py", "--check"]
        self.assertEqual(subprocess.run(command).returncode, 0)


class Dashboards(unittest.TestCase):
    def test_there_are_three_with_ids_of_their_own(self):
        titles = {dashboard for dashboard, _, _ in names.panels()}
        self.assertEqual(titles, {"services", "business", "infrastructure"})


if __name__ == "__main__":
    unittest.main()
