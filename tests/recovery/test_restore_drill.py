#!/usr/bin/env python3
"""Backed up under load, destroyed, brought back: to a moment, and to the last that was kept.

  test_restore_drill.py PROGRAMS     the folder of souk and souk-load
"""

import datetime
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/load"))
import books  # noqa: E402  (the path above)
import instance  # noqa: E402

PROGRAMS = pathlib.Path(sys.argv.pop()).resolve()
SECONDS_OF_LOAD = 4
# The log is sent as it is written: what may be missing is what was on its way.
MAX_LOST_SECONDS = 2


class RestoreDrill(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="souk-")
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.folder.chmod(0o755)  # PostgreSQL runs as another user below it
        self.backup = self.folder / "backup"
        self.platform = instance.Instance(PROGRAMS, self.folder)
        self.addCleanup(self.platform.stop)
        self.platform.start()
        self.environment = os.environ | {"SOUK_DATA_DIR": str(self.platform.data)}

    def script(self, name, *arguments):
        command = [ROOT / "scripts" / name, *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def load(self, *arguments):
        shop = self.folder / "shop.json"
        command = [PROGRAMS / "souk-load", "--url", self.platform.url, "--shop", shop]
        return [*command, "--shoppers", "8", *arguments]

    def prepare(self):
        command = self.load("prepare", "--products", "20")
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def checkouts(self):
        options = ("--warm-up", "0", "--seconds", str(SECONDS_OF_LOAD))
        child = subprocess.Popen(self.load("checkout", *options), stdout=subprocess.PIPE, text=True)
        self.addCleanup(child.stdout.close)
        self.addCleanup(self.end, child)
        return child

    def sold(self, load):
        output, _ = load.communicate(timeout=120)
        self.assertEqual(load.returncode, 0)
        return json.loads(output)["sold"]

    def write_log_down(self):
        """Keeps the log of the server, from now on."""
        log = (self.folder / "wal.log").open("wb")
        self.addCleanup(log.close)
        command = [ROOT / "scripts/backup.sh", "wal", "--to", self.backup]
        child = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
        self.addCleanup(self.end, child)
        slot = "SELECT count(*) FROM pg_replication_slots WHERE active"
        instance.wait_until(lambda: self.platform.number("postgres", slot) == 1, 30, "the log")
        return child

    def end(self, child):
        if child.poll() is None:
            child.terminate()
        child.wait(30)

    def kill_everything(self):
        """As when the machine burns down: nobody gets to say a last word. Gives the moment."""
        pids = [*self.platform.pids().values()]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        died = datetime.datetime.now(datetime.timezone.utc)
        self.platform.child.wait()
        self.platform.child = None
        for pid in pids:
            instance.wait_until(lambda: not instance.program_of(pid), 30, f"the end of {pid}")
        shutil.rmtree(self.platform.data / "postgres/data")
        return died

    def restore_and_start(self, *arguments):
        """The newest transaction that came back, and the seconds until customers are served."""
        begun = time.monotonic()
        output = self.script("restore.sh", "--from", self.backup, *arguments)
        self.platform.start()
        books.settle(self.platform)
        newest = re.search(r"last transaction (\S+ [\d:.]+)\+00", output)
        self.assertIsNotNone(newest, output)
        reached = datetime.datetime.fromisoformat(newest.group(1) + "+00:00")
        return reached, time.monotonic() - begun

    def now(self):
        return self.platform.sql("postgres", "SELECT clock_timestamp()")[0][0]

    def test_to_the_last_that_was_written_down_and_to_a_moment(self):
        self.prepare()
        # Backed up while people buy.
        archive = self.write_log_down()
        load = self.checkouts()
        self.script("backup.sh", "base", "--to", str(self.backup))
        self.sold(load)
        books.settle(self.platform)
        moment, at_that_moment = self.now(), books.confirmed_orders(self.platform)
        self.assertGreater(at_that_moment, 0)
        time.sleep(1)
        later = self.sold(self.checkouts())
        self.assertGreater(later, 0)

        # Destroyed in the middle of a purchase.
        load = self.checkouts()
        time.sleep(SECONDS_OF_LOAD / 2)
        acknowledged = books.confirmed_orders(self.platform)
        died = self.kill_everything()
        self.end(load)
        self.end(archive)

        reached, rto = self.restore_and_start()
        books.check(self.platform, at_that_moment + later)
        restored = books.confirmed_orders(self.platform)
        self.assertGreaterEqual(restored, acknowledged)
        # Children of a killed server finish what they are at: the last commit may be a little later.
        rpo = max(0.0, (died - reached).total_seconds())
        self.assertLess(rpo, MAX_LOST_SECONDS)
        print(f"restored {restored} orders: RPO {rpo:.2f} s, RTO {rto:.1f} s")
        self.assertGreater(self.sold(self.checkouts()), 0)

        # And back to a moment, with what came after it gone.
        self.platform.stop()
        reached, rto = self.restore_and_start("--time", moment)
        self.assertLessEqual(reached, datetime.datetime.fromisoformat(moment + ":00"))
        books.check(self.platform, at_that_moment)
        self.assertEqual(books.confirmed_orders(self.platform), at_that_moment)
        print(f"restored to {moment}: {at_that_moment} orders, RTO {rto:.1f} s")
        self.assertGreater(self.sold(self.checkouts()), 0)
        aside = list((self.platform.data / "postgres").glob("data.replaced-*"))
        self.assertEqual(len(aside), 1, "what was there is kept")

    def test_what_cannot_be_restored_changes_nothing(self):
        self.script("backup.sh", "base", "--to", str(self.backup))
        target = self.platform.data / "postgres/data"
        refused = {
            "a server runs there": ["--from", self.backup],
            "before the first backup": ["--from", self.backup, "--time", "2001-01-01 00:00:00+00"],
            "no backup": ["--from", self.folder],
            "no time": ["--from", self.backup, "--time", "soon"],
        }
        for what, arguments in refused.items():
            if what != "a server runs there":
                self.platform.stop()
            command = [ROOT / "scripts/restore.sh", *arguments]
            done = subprocess.run(command, env=self.environment, capture_output=True)
            self.assertNotEqual(done.returncode, 0, what)
            self.assertTrue((target / "PG_VERSION").exists(), what)
        # A moment that the log does not reach.
        in_an_hour = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
        command = [ROOT / "scripts/restore.sh", "--from", self.backup, "--time", str(in_an_hour)]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("recovery target", done.stderr)
        self.platform.start()


if __name__ == "__main__":
    unittest.main()
