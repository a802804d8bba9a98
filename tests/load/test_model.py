#!/usr/bin/env python3
"""The queueing model against what is known of such networks."""

import unittest

import model


def run(shoppers, per_second, **cpu_ms):
    return {
        "replicas": 1,
        "shoppers": shoppers,
        "per_second": per_second,
        "p50_ms": 1.0,
        "p99_ms": 2.0,
        "utilisation": 0.5,
        "cpu_ms": cpu_ms,
    }


class Throughput(unittest.TestCase):
    def test_a_lone_shopper_waits_for_nobody(self):
        for servers in (1, 2, 8):
            self.assertAlmostEqual(model.throughput(1, 0.004, 0.006, servers), 100)

    def test_many_shoppers_fill_every_server(self):
        for servers in (1, 2, 4):
            self.assertAlmostEqual(model.throughput(1000, 0.004, 0.01, servers) / servers, 250, 0)

    def test_the_machine_repairman(self):
        # One server, D = Z = 1: the closed form is X = 1 - p0, p0 = 1 / sum N! / (N - k)!.
        self.assertAlmostEqual(model.throughput(1, 1, 1, 1), 1 / 2)
        self.assertAlmostEqual(model.throughput(2, 1, 1, 1), 4 / 5)
        self.assertAlmostEqual(model.throughput(3, 1, 1, 1), 15 / 16)

    def test_never_beyond_its_bounds(self):
        for shoppers in (1, 2, 5, 20, 100):
            rate = model.throughput(shoppers, 0.003, 0.02, 2)
            self.assertLessEqual(rate, min(2 / 0.003, shoppers / 0.023) + 1e-9)


class Report(unittest.TestCase):
    def test_delay_is_what_a_lone_shopper_waits_for_besides_processors(self):
        runs = [run(1, 100, order=4.0), run(1000, 400, order=4.0)]
        ((checked, predicted),) = model.predictions(runs, cores=2)
        self.assertEqual(checked["shoppers"], 1000)
        self.assertAlmostEqual(predicted, 500, 0)

    def test_the_costliest_part_is_full_first(self):
        found = model.ceilings(run(1, 1, a=2.0, b=4.0, c=0.0))
        self.assertEqual([(part, rate) for part, _, rate in found], [("b", 250), ("a", 500)])

    def test_it_says_both(self):
        text = model.report({"cores": 2, "runs": [run(1, 100, a=4.0), run(64, 400, a=4.0)]})
        self.assertRegex(text, r"1 +64 +400\.0 +\d+\.\d +\+\d+%")
        self.assertRegex(text, r"all +4\.000")


if __name__ == "__main__":
    unittest.main()
