"""The programs that the benchmark runs beside the platform: yardstick, souk-load, wrk, nginx."""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import time

import books
from instance import DATABASES, CannotMeasure, answers, free_ports, wait_until

HERE = pathlib.Path(__file__).resolve().parent
# Where a copy of the project's shared yardstick is at hand, its number is the one that counts.
SHARED_YARDSTICK = HERE.parents[2] / "shared/bench/yardstick.sh"
YARDSTICK_CLIENTS = 32  # past that a machine of a few cores gains nothing
CONNECTIONS = 64


def output_of(command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, **options)
    if done.returncode != 0:
        raise CannotMeasure(f"{' '.join(map(str, command))}: exit code {done.returncode}")
    return done.stdout


def yardstick_script():
    return SHARED_YARDSTICK if SHARED_YARDSTICK.exists() else HERE / "yardstick.sh"


def yardstick(instance, seconds):
    """Orders per second on the instance's own server."""
    # So that every run begins alike, with the first change of each page still to be logged in full.
    instance.sql("postgres", "CHECKPOINT")
    command = [yardstick_script(), str(seconds), str(YARDSTICK_CLIENTS)]
    return float(output_of(command, env=instance.postgres_environment()))


class Shop:
    """Products and accounts in an instance, and the load on them."""

    def __init__(self, instance, file):
        self.instance, self.file = instance, file

    def prepare(self):
        """With a few orders, and statistics: as PostgreSQL has them of a shop some minutes old."""
        output_of(self._command("prepare"))
        output_of(self._command("checkout") + ["--warm-up", "0", "--seconds", "3"])
        books.settle(self.instance)
        for database in (*DATABASES, "sandbox"):
            self.instance.sql(f"souk_{database}", "ANALYZE")

    def products(self):
        return json.loads(self.file.read_text())["products"]

    def checkout(self, seconds, warm_up, hot=False):
        """What souk-load counted, and what the run cost."""
        instance = self.instance
        output_of(self.log_in_command())  # by itself, for hashing passwords costs more than orders
        instance.sql("postgres", "CHECKPOINT")
        options = ["--seconds", str(seconds), "--warm-up", str(warm_up)] + ["--hot"] * hot
        before = Costs(instance)
        with subprocess.Popen(
            self._command("checkout") + options, stdout=subprocess.PIPE, text=True
        ) as load:
            loaded = instance.resident_mb()["platform"]
            while load.poll() is None:
                time.sleep(0.5)
                loaded = max(loaded, instance.resident_mb()["platform"])
            if load.returncode != 0:
                raise CannotMeasure("souk-load failed")
            result = json.loads(load.stdout.read())
        result["settled_after_seconds"] = books.settle(instance)
        books.check(instance, before.orders + result["sold"])
        result["per_order"] = Costs(instance).per_order_since(before)
        result["resident_mb"] = loaded
        return result

    def log_in_command(self):
        return self._command("log-in")

    def _command(self, what):
        program = self.instance.programs / "souk-load"
        return [program, "--url", self.instance.url, "--shop", self.file, what]


class Costs:
    """What an instance has used up so far. Read when an order's last event has been delivered."""

    def __init__(self, instance):
        self.cpu = instance.cpu_seconds()
        row = instance.sql(
            "postgres",
            "SELECT (SELECT sum(xact_commit) FROM pg_stat_database WHERE datname LIKE 'souk_%'),"
            " wal_sync, wal_bytes FROM pg_stat_wal",
        )[0]
        self.commits, self.flushes, self.wal_bytes = map(int, row)
        self.orders = books.confirmed_orders(instance)

    def per_order_since(self, before):
        orders = max(1, self.orders - before.orders)
        costs = {
            f"{part}_cpu_ms": (used - before.cpu[part]) * 1e3 / orders
            for part, used in self.cpu.items()
        }
        return costs | {
            "commits": (self.commits - before.commits) / orders,
            "wal_flushes": (self.flushes - before.flushes) / orders,
            "wal_kb": (self.wal_bytes - before.wal_bytes) / 1024 / orders,
        }


def wrk(url, seconds, *arguments):
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", HERE / "wrk.lua", url]
    lines = output_of([*command, "--", *arguments] if arguments else command).splitlines()
    result = json.loads(lines[-1])
    if result["failed"]:
        raise CannotMeasure(f"wrk {url}: {result['failed']} requests failed")
    return result


@contextlib.contextmanager
def nginx(folder, path, content):
    """Serves `content` at `path` while the block runs; gives its URL."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        raise CannotMeasure("nginx is not installed: run scripts/setup.sh --bench")
    port = free_ports(1)
    file = folder / "root" / path.lstrip("/")
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    settings = (HERE / "nginx.conf").read_text().replace("FOLDER", str(folder))
    user = "user root;\n" if os.geteuid() == 0 else ""  # its workers read a folder of root's
    (folder / "nginx.conf").write_text(user + settings.replace("PORT", str(port)))
    command = [program, "-c", folder / "nginx.conf", "-p", folder, "-e", folder / "nginx.log"]
    server = subprocess.Popen(command)
    try:
        url = f"http://127.0.0.1:{port}{path}"
        wait_until(lambda: answers(url), 10, "nginx's start")
        yield url
    finally:
        server.terminate()
        server.wait()
