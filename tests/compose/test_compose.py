#!/usr/bin/env python3
"""docker-compose.yml is really started, and somebody buys in it. Run by scripts/test-compose.sh."""

import email
import json
import os
import pathlib
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.parse
import urllib.request
import uuid

from stack import ROOT, SERVICES, Shopper, Stack, instance

MAX_IMAGE_BYTES = 120e6
# Debian's libvips brings readers of all pictures there are: 127 MB unpacked, less than half of it sent.
PICTURES = "product-service"
PROGRAMS = ROOT / "build" / os.environ.get("PRESET", "dist") / "bin"
SKU = "LAMP-BRASS"  # of the demo shop
END = "=====end-of-mail====="


def text_of(mail):
    """Its text and HTML; whatever its encoding."""
    parts = email.message_from_string(mail.lstrip()).walk()
    return "".join(
        part.get_payload(decode=True).decode() for part in parts if not part.is_multipart()
    )


class Compose(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = Stack()
        cls.addClassCleanup(cls.stack.down)
        try:
            cls.stack.up()
        except Exception as error:
            raise AssertionError(f"{error}\n{cls.stack.logs()}") from error

    def setUp(self):
        self.shopper = Shopper(self.stack.url)

    def test_a_purchase(self):
        status, found = self.shopper.call("GET", "/api/v1/products?query=brass+lampp")
        self.assertEqual(status, 200, found)
        self.assertEqual(found["items"][0]["variants"][0]["sku"], SKU)

        self.shopper.register()
        key = str(uuid.uuid4())
        status, order = self.shopper.order(SKU, key=key)
        self.assertEqual((status, order.get("status")), (201, "confirmed"), order)
        self.assertEqual(order["payment"]["status"], "captured")

        status, again = self.shopper.order(SKU, key=key)
        self.assertEqual((status, again["id"]), (201, order["id"]))
        status, orders = self.shopper.call("GET", "/api/v1/orders")
        self.assertEqual([one["id"] for one in orders["items"]], [order["id"]])

        # Over RabbitMQ, to a process of its own.
        def mail_is_written():
            # The image has bash, and nothing that reads files.
            look = f'for f in /var/lib/souk/mail/*.eml; do echo "$(<"$f")"; echo {END}; done'
            container = self.stack.container("notification-service")
            mails = self.stack.docker("exec", container, "/bin/bash", "-c", look).split(END)
            return any(order["number"] in text_of(mail) for mail in mails)

        instance.wait_until(mail_is_written, 30, "the mail about the order")

    def test_browsers_get_the_shop(self):
        for path in ("/", "/p/brass-desk-lamp", "/admin"):
            request = urllib.request.Request(self.stack.url + path, headers={"Accept": "text/html"})
            with urllib.request.urlopen(request) as reply:
                page = reply.read().decode()
            self.assertIn('<div id="root">', page, path)
        self.assertEqual(self.stack.exit_code("web-ui"), 0)

    def test_a_browser_buys(self):
        # Journeys of web-ui/e2e, in Chromium, against this stack instead of a platform of their own; as many as its rate
        # limits let through.
        journeys = "a visitor searches|a guest buys|a declined card"
        done = subprocess.run(
            ["node", "--test", f"--test-name-pattern={journeys}", "e2e/shop.test.mjs"],
            cwd=ROOT / "web-ui",
            env=os.environ | {"E2E_URL": self.stack.url},
            capture_output=True,
            text=True,
        )
        self.assertEqual(done.returncode, 0, done.stdout[-6000:] + done.stderr[-2000:])
        self.assertRegex(done.stdout, r"(?m)^(# |. )pass 3$")

    def test_an_invoice_has_letters(self):
        # Whatever draws it finds its fonts in the image.
        self.shopper.register()
        _, order = self.shopper.order(SKU)
        path = f"/api/v1/orders/{order['id']}/invoice.pdf"

        def invoice():
            try:
                return self.shopper.read(path)
            except urllib.error.HTTPError:
                return b""

        instance.wait_until(invoice, 30, "the invoice")
        with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
            file.write(invoice())
            file.flush()
            command = ["pdftotext", "-layout", file.name, "-"]
            text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            fonts = subprocess.run(["pdffonts", file.name], capture_output=True, text=True).stdout
        self.assertIn("Brass Desk Lamp", text)
        self.assertIn("NotoSans", fonts)

    def test_a_declined_card_is_an_answer(self):
        self.shopper.register()
        status, problem = self.shopper.order(SKU, token="tok_declined")
        self.assertEqual(status, 402, problem)

    def test_the_shop_outlives_its_processes(self):
        self.shopper.register()
        for service in ("order-service", "rabbitmq", "postgres"):
            with self.subTest(service):
                self.stack.docker("kill", self.stack.container(service))
                self.stack.docker("start", self.stack.container(service))
                self.assertTrue(self.shopper.buys_within(120, SKU))

    def test_containers_may_do_nothing_but_their_work(self):
        for service in [*SERVICES, "web-ui"]:
            with self.subTest(service):
                found = self.stack.inspect(service)
                self.assertEqual(found["Config"]["User"], "10001:10001")
                self.assertEqual(len(self.stack.layers(found["Image"])), 1)
                self.assertTrue(found["HostConfig"]["ReadonlyRootfs"])
                self.assertEqual(found["HostConfig"]["CapDrop"], ["ALL"])
                self.assertLess(self.stack.size(found["Image"], service == PICTURES), MAX_IMAGE_BYTES)

    def test_a_stopped_service_ends_cleanly(self):
        self.stack.compose("stop", "notification-service")
        self.assertEqual(self.stack.exit_code("notification-service"), 0)
        self.stack.compose("start", "notification-service")

    def test_prometheus_sees_every_service(self):
        def up():
            with urllib.request.urlopen(f"{self.stack.prometheus}/api/v1/targets") as reply:
                targets = json.load(reply)["data"]["activeTargets"]
            return {one["labels"]["job"] for one in targets if one["health"] == "up"}

        wanted = {*instance.SERVICES, "prometheus", "postgres", "redis", "rabbitmq"}
        instance.wait_until(lambda: wanted <= up(), 120, f"targets of Prometheus ({wanted})")
        for expression in ("pg_up == 1", "redis_up == 1", "rabbitmq_identity_info"):
            query = urllib.parse.urlencode({"query": expression})

            def found():
                with urllib.request.urlopen(f"{self.stack.prometheus}/api/v1/query?{query}") as reply:
                    return json.load(reply)["data"]["result"]

            instance.wait_until(found, 90, expression)


class Stores(unittest.TestCase):
    """docker-compose up -d postgres redis rabbitmq; make migrate-up; make run-all"""

    def setUp(self):
        self.stack = Stack("stores")
        self.addCleanup(self.stack.down)
        scratch = tempfile.TemporaryDirectory(prefix="souk-")
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.port = instance.free_ports(20)

    def souk(self, *arguments):
        """A program of this folder, on whatever stores it finds."""
        command = [ROOT / "scripts/with-compose-stores.sh", PROGRAMS / "souk", *arguments]
        environment = os.environ | {
            "COMPOSE_PROJECT_NAME": self.stack.project,
            "PORT": str(self.port),
            "OPS_PORT": str(self.port + 10),
            "SANDBOX_PAYMENT_PORT": str(self.port + 19),
            "SOUK_DATA_DIR": str(self.folder / "var"),
        }
        log = (self.folder / "log").open("wb")
        self.addCleanup(log.close)
        return subprocess.Popen(
            command, cwd=self.folder, env=environment, stdout=log, stderr=subprocess.STDOUT
        )

    def log(self):
        return (self.folder / "log").read_text()

    def test_programs_of_this_folder_run_on_the_stores_of_compose(self):
        self.stack.start("postgres", "redis", "rabbitmq")
        self.assertEqual(self.souk("migrate", "up").wait(60), 0, self.log())
        self.assertIn("PostgreSQL: docker-compose's", self.log())

        shop = self.souk("up", "--processes")
        try:
            instance.wait_until(lambda: "Souk is open" in self.log(), 120, "the shop")
            shopper = Shopper(f"http://127.0.0.1:{self.port}")
            shopper.register()
            status, order = shopper.order(SKU)
            self.assertEqual(status, 201, order)
        finally:
            shop.terminate()
            shop.wait(60)
        # Nothing private was started beside them.
        for store in ("postgres", "redis", "rabbitmq"):
            self.assertFalse((self.folder / "var" / store).exists(), store)


if __name__ == "__main__":
    unittest.main()
