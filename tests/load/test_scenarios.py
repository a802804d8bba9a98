#!/usr/bin/env python3
"""The smoke scenario on a platform of its own, and what is made of its numbers.

  test_scenarios.py PROGRAMS     the folder of souk and its services
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import scenario  # noqa: E402  (the path above)

PROGRAMS = pathlib.Path(sys.argv.pop()).resolve()


def run(folder, *arguments):
    command = [sys.executable, HERE / "scenario.py", "--programs", PROGRAMS, "--output", folder]
    return subprocess.run([*command, *arguments], capture_output=True, text=True)


class Smoke(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="souk-")
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        cls.done = run(cls.folder, "smoke")
        file = cls.folder / "smoke.json"
        cls.result = json.loads(file.read_text()) if file.exists() else None

    def test_every_threshold_holds(self):
        self.assertEqual(self.done.returncode, 0, self.done.stdout + self.done.stderr)
        self.assertTrue(all(one["ok"] for one in self.result["thresholds"]))

    def test_the_table_names_every_request(self):
        for name in ("register", "login", "cart", "checkout", "replay", "declined", "product"):
            self.assertRegex(self.done.stdout, rf"(?m)^{name} ", name)
        self.assertIn("each confirmed, paid once and taken out of stock", self.done.stdout)

    def test_the_seconds_add_up(self):
        for name, one in self.result["requests"].items():
            seconds = [each["requests"].get(name, {"count": 0}) for each in self.result["series"]]
            self.assertEqual(sum(each["count"] for each in seconds), one["count"], name)
        self.assertEqual(self.result["requests"]["checkout"]["statuses"], {"201": 6})

    def test_it_can_be_drawn(self):
        python = scenario.PLOTTER[0]
        if subprocess.run([python, "-c", "import matplotlib"], stderr=subprocess.DEVNULL).returncode:
            self.skipTest("python3-matplotlib is not installed (scripts/setup.sh --plots)")
        subprocess.run([*scenario.PLOTTER, self.folder / "smoke.json"], check=True)
        self.assertIn("</svg>", (self.folder / "smoke.svg").read_text())
        self.assertEqual((self.folder / "smoke.png").read_bytes()[:4], b"\x89PNG")


class Verdicts(unittest.TestCase):
    def test_a_shop_that_is_not_there_is_a_failure(self):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [sys.executable, HERE / "scenario.py", "--output", folder, "smoke"],
                env={"BASE_URL": "http://127.0.0.1:1", "PATH": "/usr/local/bin:/usr/bin:/bin"},
                capture_output=True,
                text=True,
            )
        self.assertEqual(done.returncode, 107, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
