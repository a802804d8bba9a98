#!/usr/bin/env python3
"""What a collector gets of a platform in one process: a tree, from HTTP to SQL and to consumers.

  test_traces.py PROGRAMS     the folder of souk; prints the trace of a purchase
"""

import http.server
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

import names
import trace_tree

sys.path[:0] = [str(names.ROOT / "tests/load"), str(names.ROOT / "tests/support")]
import instance  # noqa: E402  (the path above)
import purchase  # noqa: E402

PROGRAMS = pathlib.Path(sys.argv.pop()).resolve()
BROWSER = {"trace": "4bf92f3577b34da6a3ce929d0e0e4736", "span": "00f067aa0ba902b7"}


class Collector:
    """Takes spans as Jaeger does; refuses the first request, as one that is just starting."""

    def __init__(self):
        self.bodies, self.refused, self.wrong = [], 0, []
        collector = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = collector.take(self.path, self.headers["Content-Type"], body)
                self.send_response(status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, path, media_type, body):
        if (path, media_type) != ("/v1/traces", "application/json"):
            self.wrong.append((path, media_type))
            return 404
        if not self.refused:
            self.refused += 1
            return 503
        self.bodies.append(body.decode())
        return 200

    def spans(self):
        return trace_tree.spans_of(map(json.loads, list(self.bodies)))

    def of_trace(self, trace_id):
        return trace_tree.traces(self.spans())[trace_id]


def request(url, body=None, **headers):
    """(status, headers, JSON) of a GET, or of a POST."""
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(url, data, {"Content-Type": "application/json"} | headers)
    try:
        with urllib.request.urlopen(asked, timeout=30) as reply:
            return reply.status, reply.headers, json.load(reply)
    except urllib.error.HTTPError as error:
        return error.code, error.headers, json.load(error)


def trace_id(headers):
    return headers["traceparent"].split("-")[1]


class Traces(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="souk-")
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        cls.folder.chmod(0o755)  # PostgreSQL runs as another user below it
        cls.collector = Collector()
        cls.addClassCleanup(cls.collector.server.shutdown)
        settings = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": cls.collector.url,
            "OTEL_TRACES_SAMPLER_ARG": "0",
            "SOUK_TEST_FAILPOINTS": "gateway.before_reply=fail@1",
        }
        platform = instance.Instance(PROGRAMS, cls.folder, settings=settings)
        cls.addClassCleanup(platform.stop)
        platform.start()
        cls.api = f"{platform.url}/api/v1"
        cls.ops = f"http://127.0.0.1:{platform.ops_port}"
        cls.failed = request(f"{cls.api}/products?query=lamp")
        cls.well = request(f"{cls.api}/products?query=lamp")
        cls.order = cls.buy()

    @classmethod
    def buy(cls):
        def ask(path, body=None, **headers):
            status, _, answer = request(cls.api + path, body, **headers)
            return status, answer

        return purchase.buy(ask, traceparent=f"00-{BROWSER['trace']}-{BROWSER['span']}-01")

    def purchase(self):
        """The spans of the purchase, once the last of them has come."""
        self.assertEqual(self.order[0], 201, self.order)
        deadline = time.monotonic() + 30
        while True:
            spans = self.collector.of_trace(BROWSER["trace"])
            heard = {s["service"] for s in spans if s["name"] == "process order.confirmed"}
            answered = any(span["name"] == "POST /api/v1/orders" for span in spans)
            if answered and {"inventory-service", "notification-service"} <= heard:
                return spans
            self.assertLess(time.monotonic(), deadline, f"no consumer in\n{trace_tree.tree(spans)}")
            time.sleep(0.1)

    def below(self, spans, above, name, service):
        """The one span of that name below another, however far."""
        below = trace_tree.children_of(spans)
        found, left = [], list(below[above["spanId"]])
        while left:
            span = left.pop()
            left += below[span["spanId"]]
            found += [span] * (span["name"] == name and span["service"] == service)
        self.assertEqual(len(found), 1, f"{name} of {service} in\n{trace_tree.tree(spans)}")
        return found[0]

    def statements(self, spans, above):
        below = trace_tree.children_of(spans)[above["spanId"]]
        return [span["name"] for span in below if "db.system.name" in trace_tree.attributes(span)]

    def test_one_tree_from_http_to_the_consumers(self):
        spans = self.purchase()
        print(trace_tree.tree(spans))
        (root,) = trace_tree.children_of(spans)[None]
        self.assertEqual(root["parentSpanId"], BROWSER["span"])
        self.assertEqual((root["name"], root["service"]), ("POST /api/v1/orders", "api-gateway"))
        order = "souk.order.v1.OrderService/CreateOrder"
        asked = self.below(spans, root, order, "api-gateway")
        served = self.below(spans, asked, order, "order-service")
        self.assertIn("checkout.claim", self.statements(spans, served))
        reserve = "souk.inventory.v1.InventoryService/Reserve"
        reserved = self.below(spans, served, reserve, "inventory-service")
        self.assertIn("transaction.commit", self.statements(spans, reserved))
        charge = "souk.payment.v1.PaymentService/Charge"
        charged = self.below(spans, served, charge, "payment-service")
        self.assertIn("payment.insert_batch", self.statements(spans, charged))
        published = self.below(spans, served, "publish order.confirmed", "order-service")
        for subscriber in ("inventory-service", "notification-service"):
            heard = self.below(spans, published, "process order.confirmed", subscriber)
            self.assertIn("inbox.claim", self.statements(spans, heard))

    def test_attributes_say_what_was_done(self):
        spans = self.purchase()
        (root,) = trace_tree.children_of(spans)[None]
        self.assertEqual(
            trace_tree.attributes(root),
            {
                "http.request.method": "POST",
                "http.response.status_code": 201,
                "http.route": "/api/v1/orders",
                "url.path": "/api/v1/orders",
                "url.scheme": "http",
            },
        )
        kinds = {"POST /api/v1/orders": "server", "publish order.confirmed": "producer"}
        kinds |= {"process order.confirmed": "consumer", "checkout.claim": "client"}
        for span in spans:
            if span["name"] in kinds:
                self.assertEqual(trace_tree.KINDS[span["kind"]], kinds[span["name"]], span)

    def test_a_trace_that_failed_is_exported_though_it_was_not_sampled(self):
        status, headers, _ = self.failed
        self.assertEqual(status, 503)
        self.purchase()  # which came later
        spans = self.collector.of_trace(trace_id(headers))
        (root,) = trace_tree.children_of(spans)[None]
        self.assertEqual(root["status"]["code"], 2)
        self.assertEqual(trace_tree.attributes(root)["error.type"], "503")
        rpc = "souk.product.v1.ProductService/ListProducts"
        served = self.below(spans, root, rpc, "product-service")
        self.assertTrue(self.statements(spans, served), trace_tree.tree(spans))

    def test_what_went_well_and_was_not_sampled_is_not_exported(self):
        self.purchase()  # so that whatever came before has been exported
        status, headers, _ = self.well
        self.assertEqual(status, 200)
        self.assertEqual(self.collector.of_trace(trace_id(headers)), [])

    def test_opentelemetry_reads_what_is_exported(self):
        spans = self.purchase()
        file = self.folder / "requests.jsonl"
        file.write_text("\n".join(self.collector.bodies))
        command = ["node", names.ROOT / "tools/otlp_check.mjs", file]
        read = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        self.assertEqual(read["wrong"], [])
        key = ("traceId", "spanId", "name", "kind")
        of_purchase = [span for span in read["spans"] if span["traceId"] == BROWSER["trace"]]
        self.assertCountEqual(of_purchase, [{name: span[name] for name in key} for span in spans])

    def test_nothing_is_lost_while_the_collector_starts(self):
        self.purchase()
        self.assertEqual((self.collector.refused, self.collector.wrong), (1, []))
        with urllib.request.urlopen(f"{self.ops}/metrics") as reply:
            lines = reply.read().decode().splitlines()
        dropped = [line for line in lines if line.startswith("souk_spans_dropped_total{")]
        self.assertEqual([line.split()[-1] for line in dropped], ["0", "0"], dropped)

    def test_no_span_tells_who_bought_or_how_they_pay(self):
        self.purchase()
        exported = "\n".join(self.collector.bodies)
        secrets = [*purchase.SHOPPER.values(), purchase.CARD["token"], purchase.ADDRESS["line1"]]
        for secret in secrets:
            self.assertNotIn(secret, exported)


if __name__ == "__main__":
    unittest.main()
