#!/usr/bin/env python3
"""Every panel's query and every rule, asked of a Prometheus that watches a platform under load.

  test_live_panels.py PROGRAMS     the folder of souk and souk-load
"""

import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

import names

sys.path.insert(0, str(names.ROOT / "tests/load"))
import instance  # noqa: E402  (the path above)

PROGRAMS = pathlib.Path(sys.argv.pop()).resolve()
WINDOW = "30s"  # what Grafana would put for $__rate_interval
SECONDS_OF_LOAD = 8
# By operations port, from the first on.
JOBS = ("api-gateway", "user-service", "product-service", "order-service")
JOBS += ("payment-service", "inventory-service", "notification-service")


class Prometheus:
    """Owned by one `with` block; scrapes each second."""

    def __init__(self, folder, first_ops_port):
        self.folder = folder
        self.url = f"http://127.0.0.1:{instance.free_ports(1)}"
        jobs = "".join(
            f"  - job_name: {job}\n"
            f"    static_configs: [{{targets: ['127.0.0.1:{first_ops_port + i}']}}]\n"
            for i, job in enumerate(JOBS)
        )
        (folder / "prometheus.yml").write_text(
            "global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}\n"
            f"rule_files: ['{names.PROMETHEUS}/rules/*.yml']\n"
            f"scrape_configs:\n{jobs}"
        )

    def __enter__(self):
        listen = self.url.removeprefix("http://")
        with (self.folder / "prometheus.log").open("wb") as log:
            self.child = subprocess.Popen(
                [
                    "prometheus",
                    f"--config.file={self.folder}/prometheus.yml",
                    f"--storage.tsdb.path={self.folder}/prometheus",
                    f"--web.listen-address={listen}",
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        instance.wait_until(lambda: instance.answers(f"{self.url}/-/ready"), 60, "Prometheus")
        return self

    def __exit__(self, *_):
        self.child.send_signal(signal.SIGTERM)
        self.child.wait(60)

    def get(self, path, **query):
        with urllib.request.urlopen(f"{self.url}{path}?{urllib.parse.urlencode(query)}") as reply:
            return json.load(reply)["data"]

    def query(self, expression):
        return self.get("/api/v1/query", query=expression)["result"]


def browse(url, until):
    """A shopper who looks around."""
    while time.monotonic() < until:
        for path in ("/api/v1/products", "/api/v1/products?query=lamp", "/api/v1/categories"):
            with urllib.request.urlopen(url + path) as reply:
                reply.read()


def put_under_load(platform, folder):
    load = [PROGRAMS / "souk-load", "--url", platform.url, "--shop", folder / "shop.json"]
    load += ["--shoppers", "8"]
    subprocess.run([*load, "prepare", "--products", "50"], check=True, stdout=subprocess.DEVNULL)
    until = time.monotonic() + SECONDS_OF_LOAD
    shopper = threading.Thread(target=browse, args=(platform.url, until))
    shopper.start()
    subprocess.run(
        [*load, "checkout", "--warm-up", "0", "--seconds", str(SECONDS_OF_LOAD)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    shopper.join()


def is_number(sample):
    return sample["value"][1] not in ("NaN", "+Inf", "-Inf")


class LivePanels(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="souk-")
        cls.addClassCleanup(scratch.cleanup)
        folder = pathlib.Path(scratch.name)
        folder.chmod(0o755)  # PostgreSQL runs as another user below it
        platform = instance.Instance(PROGRAMS, folder, processes=True)
        cls.addClassCleanup(platform.stop)
        platform.start()
        cls.prometheus = Prometheus(folder, platform.ops_port)
        cls.prometheus.__enter__()
        cls.addClassCleanup(cls.prometheus.__exit__)
        put_under_load(platform, folder)
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
