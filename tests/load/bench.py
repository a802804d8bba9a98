"""Measures a build beside the limits of its machine: docs/BENCHMARKS.md. Run by scripts/bench.sh.

Exit code 0 where everything could be measured, whatever came of it.
"""

import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

import report
import tools
from instance import CannotMeasure, Instance

BEGUN = time.monotonic()
IDLE_SECONDS = 5  # after a start, until memory is looked at
DURABILITY = ("fsync", "synchronous_commit", "full_page_writes")


def say(text):
    print(f"bench {time.monotonic() - BEGUN:4.0f} s: {text}", file=sys.stderr, flush=True)


def machine():
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return {"cores": os.cpu_count(), "memory_mb": memory, "kernel": os.uname().release}


def durability(instance):
    """As a service finds it. Without it no commit is one, so nothing is measured."""
    found = {
        name: instance.sql("souk_order", f"SHOW {name}", user="souk_app")[0][0]
        for name in DURABILITY
    }
    print(", ".join(f"{name}={value}" for name, value in found.items()), flush=True)
    if set(found.values()) != {"on"}:
        raise CannotMeasure("PostgreSQL is not durable")
    version = instance.sql("postgres", "SHOW server_version")[0][0].split()[0]
    return {"version": version, **found}


def measure_yardstick(instance, options):
    say("yardstick")
    return tools.yardstick(instance, options.yardstick_seconds)


def measure_shape(instance, shop, options):
    """Start, memory and checkouts of an instance whose data are there."""
    say("start")
    start_seconds = instance.start()
    time.sleep(IDLE_SECONDS)
    idle = instance.resident_mb()
    # Each run between two yardsticks, for the machine's own speed changes by the minute.
    yardsticks = [measure_yardstick(instance, options)]
    runs = []
    for hot in (False, True):
        say("checkouts, one SKU in every order" if hot else "checkouts")
        runs.append(shop.checkout(options.seconds, options.warm_up, hot))
        yardsticks.append(measure_yardstick(instance, options))
        runs[-1]["to_yardstick"] = runs[-1]["per_second"] * 2 / sum(yardsticks[-2:])
    checkout, hot = runs
    loaded = max(checkout.pop("resident_mb"), hot.pop("resident_mb"))
    return {
        "start_seconds": start_seconds,
        "yardstick_per_second": yardsticks,
        "checkout": checkout,
        "checkout_hot_sku": hot,
        "resident_mb": {
            "idle": idle["platform"],
            "loaded": loaded,
            "sandbox_provider": idle["sandbox_provider"],
        },
    }


def administrator_token(instance):
    request = urllib.request.Request(
        instance.url + "/api/v1/auth/login",
        json.dumps({"email": "admin@souk.local", "password": "souk-demo-admin"}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as reply:
        return json.load(reply)["access_token"]


def better(one, other):
    return max(one, other, key=lambda run: run["per_second"])


def measure_reads(instance, shop, folder, options):
    ids = [product["id"] for product in shop.products()]
    path = f"/api/v1/products/{ids[0]}"
    with urllib.request.urlopen(instance.url + path, timeout=30) as reply:
        content = reply.read()
    with tools.nginx(folder, path, content) as nginx_url:
        runs = []
        for _ in range(2):  # in turn, and the better of each: what disturbs only ever slows down
            say("product GET, nginx and cached")
            theirs = tools.wrk(nginx_url, options.read_seconds)
            ours = tools.wrk(instance.url + path, options.read_seconds)
            runs.append((theirs, ours))
    nginx, cached = (better(*pair) for pair in zip(*runs))
    say("product GET, not cached")
    # What staff read never comes from the cache: the whole way to the database, product by product.
    paths = folder / "paths.txt"
    paths.write_text("".join(f"/api/v1/products/{id}\n" for id in ids))
    token = administrator_token(instance)
    uncached = tools.wrk(instance.url, options.read_seconds, paths, token)
    return {
        "bytes": len(content),
        "nginx": nginx,
        "cached": cached,
        "cached_to_nginx": cached["per_second"] / nginx["per_second"],
        "uncached": uncached,
    }


def measure(folder, options):
    one = Instance(options.programs, folder)
    with one:
        say("first start, and a shop of 1,000 products")
        one.start()
        results = {"machine": machine(), "postgresql": durability(one)}
        results["yardstick"] = tools.yardstick_script().name
        shop = tools.Shop(one, folder / "shop.json")
        shop.prepare()
        one.stop()
        results["one_process"] = measure_shape(one, shop, options)
        results["reads"] = measure_reads(one, shop, folder, options)
    with Instance(options.programs, folder, processes=True) as seven:
        shop = tools.Shop(seven, folder / "shop.json")
        results["seven_processes"] = measure_shape(seven, shop, options)
    results["marks"] = report.judged(results)
    return results


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench.sh", description="Speed and size.")
    parser.add_argument("--programs", type=pathlib.Path, default="build/release/bin")
    parser.add_argument("--output", type=pathlib.Path, default="build/bench.json")
    parser.add_argument("--seconds", type=int, default=15, help="of every run of checkouts")
    parser.add_argument("--warm-up", type=int, default=5, help="seconds before each of them")
    parser.add_argument("--yardstick-seconds", type=int, default=10)
    parser.add_argument("--read-seconds", type=int, default=8)
    options = parser.parse_args()
    options.programs = options.programs.resolve()
    return options


def main():
    options = arguments()
    # As an error does: through every `finally`.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # Beside what was built, not in /tmp: that may be memory, where a commit costs nothing.
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-", dir=options.programs.parents[1]))
    try:
        results = measure(folder, options)
    except (CannotMeasure, OSError, subprocess.SubprocessError) as error:
        print(f"bench: cannot measure: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    options.output.write_text(json.dumps(results, indent=2) + "\n")
    print(report.table(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
