#!/usr/bin/env python3
"""docker-compose.yml is really started, and somebody buys in it. Run by scripts/test-compose.sh."""

import email
import json
import unittest
import urllib.request
import uuid

from stack import SERVICES, Shopper, Stack, instance

MAX_IMAGE_BYTES = 120e6
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
        for service in SERVICES:
            with self.subTest(service):
                found = self.stack.inspect(service)
                self.assertEqual(found["Config"]["User"], "10001:10001")
                self.assertTrue(found["HostConfig"]["ReadonlyRootfs"])
                self.assertEqual(found["HostConfig"]["CapDrop"], ["ALL"])
                size = json.loads(self.stack.docker("image", "inspect", found["Image"]))[0]["Size"]
                self.assertLess(size, MAX_IMAGE_BYTES)

    def test_a_stopped_service_ends_cleanly(self):
        self.stack.compose("stop", "notification-service")
        self.assertEqual(self.stack.exit_code("notification-service"), 0)
        self.stack.compose("start", "notification-service")

    def test_prometheus_sees_every_service(self):
        def up():
            with urllib.request.urlopen(f"{self.stack.prometheus}/api/v1/targets") as reply:
                targets = json.load(reply)["data"]["activeTargets"]
            return {one["labels"]["job"] for one in targets if one["health"] == "up"}

        wanted = {*instance.SERVICES, "prometheus"}
        instance.wait_until(lambda: wanted <= up(), 90, f"targets of Prometheus ({wanted})")


if __name__ == "__main__":
    unittest.main()
