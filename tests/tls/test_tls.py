#!/usr/bin/env python3
"""Seven processes that speak TLS: with customers, and with each other.

  test_tls.py PROGRAMS     the folder of souk
"""

import http.client
import json
import pathlib
import socket
import ssl
import sys
import tempfile
import unittest

import authority

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/load"), str(ROOT / "tests/support")]
import instance  # noqa: E402  (the path above)
import purchase  # noqa: E402

PROGRAMS = pathlib.Path(sys.argv.pop()).resolve()
GRPC_OF_INVENTORY = 5  # its port, from the gateway's on


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="souk-")
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        cls.folder.chmod(0o755)  # PostgreSQL runs as another user below it
        cls.public = authority.Authority(cls.folder, "public")
        cls.inside = authority.Authority(cls.folder, "inside")
        web, web_key = cls.public.issue("web", ["localhost"])
        cls.own, cls.own_key = cls.inside.issue("souk", instance.SERVICES)
        settings = {
            "SOUK_HTTPS_CERT": str(web),
            "SOUK_HTTPS_KEY": str(web_key),
            "SOUK_TLS_CERT": str(cls.own),
            "SOUK_TLS_KEY": str(cls.own_key),
            "SOUK_TLS_CA": str(cls.inside.certificate),
        }
        cls.platform = instance.Instance(PROGRAMS, cls.folder, processes=True, settings=settings)
        cls.addClassCleanup(cls.platform.stop)
        cls.platform.start()

    def customer(self):
        context = ssl.create_default_context(cafile=self.public.certificate)
        connection = http.client.HTTPSConnection("localhost", self.platform.port, context=context)
        self.addCleanup(connection.close)
        return connection

    def ask(self, path, body=None, **headers):
        connection = self.customer()
        text = None if body is None else json.dumps(body)
        headers |= {"Content-Type": "application/json"}
        connection.request("GET" if body is None else "POST", f"/api/v1{path}", text, headers)
        reply = connection.getresponse()
        return reply.status, json.load(reply)

    def hello(self, certificate=None, key=None):
        """As a caller of inventory-service: the serial number it shows, once HTTP/2 has begun."""
        context = ssl.create_default_context(cafile=self.inside.certificate)
        context.set_alpn_protocols(["h2"])
        if certificate is not None:
            context.load_cert_chain(certificate, key)
        address = ("127.0.0.1", self.platform.port + GRPC_OF_INVENTORY)
        with socket.create_connection(address, timeout=10) as plain:
            with context.wrap_socket(plain, server_hostname="inventory-service") as secure:
                secure.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0")
                if not secure.recv(1):  # with TLS 1.3 a refusal comes after the handshake
                    raise ConnectionResetError
                return secure.getpeercert()["serialNumber"]

    def test_a_purchase_goes_through_every_process(self):
        status, bought = purchase.buy(self.ask)
        self.assertEqual((status, bought.get("status")), (201, "confirmed"), bought)

    def test_plain_http_is_not_served(self):
        with self.assertRaises((ConnectionError, http.client.BadStatusLine)):
            plain = http.client.HTTPConnection("localhost", self.platform.port, timeout=10)
            plain.request("GET", "/api/v1/products")
            plain.getresponse()

    def test_who_has_no_certificate_is_refused(self):
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            self.hello()

    def test_who_has_one_of_another_authority_is_refused(self):
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            self.hello(*self.public.issue("stranger", ["order-service"]))

    def test_who_has_one_of_ours_is_served(self):
        self.assertEqual(self.hello(self.own, self.own_key), self.serial(self.own))

    def serial(self, certificate):
        return authority.serial_of(certificate).removeprefix("serial=")

    def test_a_renewed_certificate_is_shown_without_a_restart(self):
        """To customers and between processes; and everything goes on."""
        before = self.platform.pids()
        web, _ = self.public.issue("web", ["localhost"])
        own, key = self.inside.issue("souk", instance.SERVICES)
        shown = lambda: self.shown_to_customers() == self.serial(web)  # noqa: E731
        instance.wait_until(shown, 20, "the new certificate for customers")
        inside = lambda: self.hello(own, key) == self.serial(own)  # noqa: E731
        instance.wait_until(inside, 20, "the new certificate between processes")
        self.assertEqual(self.ask("/products")[0], 200)
        self.assertEqual(self.platform.pids(), before)

    def shown_to_customers(self):
        connection = self.customer()
        connection.connect()
        return connection.sock.getpeercert()["serialNumber"]


if __name__ == "__main__":
    unittest.main()
