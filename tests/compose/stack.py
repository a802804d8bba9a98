"""docker-compose.yml as a stack of its own, with free ports, and a shopper who talks to it."""

import json
import os
import pathlib
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/load"))
import instance  # noqa: E402  (the path above)

DOCKER = os.environ.get("DOCKER", "docker")
SERVICES = [*instance.SERVICES, "sandbox-provider"]
# Of what watches, only what can be built from Debian packages where there is no registry.
STARTED = ["postgres", "redis", "rabbitmq", "migrate", "seed", "web-ui", *SERVICES]
STARTED += ["prometheus", "postgres-exporter", "redis-exporter"]


class Stack:
    """Removed with its volumes by down()."""

    def __init__(self, name=""):
        names = ("PORT", "POSTGRES_PORT", "REDIS_PORT", "RABBITMQ_PORT", "PROMETHEUS_PORT")
        first = instance.free_ports(len(names))
        self.ports = {name: first + i for i, name in enumerate(names)}
        self.url = f"http://localhost:{self.ports['PORT']}"
        self.prometheus = f"http://127.0.0.1:{self.ports['PROMETHEUS_PORT']}"
        self.project = f"souktest{name}{os.getpid()}"

    def compose(self, *arguments, check=True):
        environment = os.environ | {name: str(port) for name, port in self.ports.items()}
        environment["SOUK_PUBLIC_URL"] = self.url
        return subprocess.run(
            ["docker-compose", "-p", self.project, "-f", ROOT / "docker-compose.yml", *arguments],
            env=environment,
            check=check,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ).stdout

    def docker(self, *arguments):
        return subprocess.run(
            [DOCKER, *arguments], check=True, capture_output=True, text=True
        ).stdout.strip()

    def container(self, service):
        return self.compose("ps", "-q", service).split()[0]

    def inspect(self, service):
        return json.loads(self.docker("inspect", self.container(service)))[0]

    def start(self, *stores):
        self.compose("up", "-d", *stores)
        for store in stores:
            instance.wait_until(lambda: self.health(store) == "healthy", 120, store)

    def up(self):
        self.compose("up", "-d", *STARTED)
        for service in SERVICES:
            instance.wait_until(lambda: self.health(service) == "healthy", 240, service)
        instance.wait_until(lambda: self.exit_code("seed") == 0, 120, "the demo shop")

    def health(self, service):
        return self.inspect(service)["State"].get("Health", {}).get("Status")

    def exit_code(self, service):
        state = self.inspect(service)["State"]
        return state["ExitCode"] if state["Status"] == "exited" else None

    def size(self, image, packed=False):
        if not packed:
            return json.loads(self.docker("image", "inspect", image))[0]["Size"]
        command = f"{DOCKER} save {image} | gzip -1 | wc -c"
        return int(subprocess.run(command, shell=True, check=True, capture_output=True).stdout)

    def layers(self, image):
        return json.loads(self.docker("image", "inspect", image))[0]["RootFS"]["Layers"]

    def logs(self):
        return self.compose("logs", "--no-color", "--tail=15", check=False)

    def down(self):
        self.compose("down", "-v", "--timeout", "20", check=False)


class Shopper:
    def __init__(self, url):
        self.url, self.token = url, None

    def call(self, method, path, body=None, **headers):
        """(status, reply) of one request."""
        request = urllib.request.Request(self.url + path, method=method)
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        data = None
        if body is not None:
            request.add_header("Content-Type", "application/json")
            data = json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, data, timeout=30) as reply:
                return reply.status, json.load(reply)
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"{}")

    def read(self, path):
        headers = {"Authorization": f"Bearer {self.token}"}
        request = urllib.request.Request(self.url + path, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.read()

    def register(self):
        account = {
            "email": f"{uuid.uuid4()}@example.com",
            "password": "correct horse",
            "full_name": "Ada Byron",
        }
        status, reply = self.call("POST", "/api/v1/auth/register", account)
        assert status == 201, reply
        self.token = reply["access_token"]

    def order(self, sku, token="tok_visa", key=None):
        order = {
            "items": [{"sku": sku, "quantity": 1}],
            "shipping_address": {
                "full_name": "Ada Byron",
                "line1": "12 St James Square",
                "city": "London",
                "postal_code": "SW1Y 4LB",
                "country": "GB",
            },
            "payment": {"method": "card", "token": token},
        }
        key = key or str(uuid.uuid4())
        return self.call("POST", "/api/v1/orders", order, Idempotency_Key=key)

    def buys_within(self, seconds, sku):
        """Whether an order is confirmed before the time is over."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.order(sku)[0] == 201:
                return True
            time.sleep(0.5)
        return False
