"""A platform under load, and a Prometheus that watches it with the project's own rules."""

import json
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import names

sys.path.insert(0, str(names.ROOT / "tests/load"))
import instance  # noqa: E402  (the path above)

# By operations port, from the first on.
JOBS = ("api-gateway", "user-service", "product-service", "order-service")
JOBS += ("payment-service", "inventory-service", "notification-service")


class Prometheus:
    """Owned by one `with` block; scrapes each second. `others` are ports of exporters by job."""

    def __init__(self, folder, first_ops_port, others=None):
        self.folder = folder
        self.url = f"http://127.0.0.1:{instance.free_ports(1)}"
        ports = {job: first_ops_port + i for i, job in enumerate(JOBS)} | (others or {})
        jobs = "".join(
            f"  - job_name: {job}\n"
            f"    static_configs: [{{targets: ['127.0.0.1:{port}']}}]\n"
            for job, port in ports.items()
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

    def query_range(self, expression, start, end, step):
        query = {"query": expression, "start": start, "end": end, "step": step}
        return self.get("/api/v1/query_range", **query)["result"]


def browse(url, until):
    """A shopper who looks around."""
    while time.monotonic() < until:
        for path in ("/api/v1/products", "/api/v1/products?query=lamp", "/api/v1/categories"):
            with urllib.request.urlopen(url + path) as reply:
                reply.read()


def load_command(platform, folder, shoppers=8):
    """souk-load, with a small shop that is made for it."""
    load = [platform.programs / "souk-load", "--url", platform.url, "--shop", folder / "shop.json"]
    load += ["--shoppers", str(shoppers)]
    subprocess.run([*load, "prepare", "--products", "50"], check=True, stdout=subprocess.DEVNULL)
    return load


def put_under_load(platform, load, seconds):
    """Shoppers who buy without pause, and one who looks around."""
    until = time.monotonic() + seconds
    shopper = threading.Thread(target=browse, args=(platform.url, until))
    shopper.start()
    subprocess.run(
        [*load, "checkout", "--warm-up", "0", "--seconds", str(seconds)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    shopper.join()
