"""How checkouts scale, and what each costs: docs/SCALING.md.

  replicas.py [--replicas 1,2,4] [--shoppers 1,4,16,64] [--seconds 10] [--output FILE]

Starts the platform with 1, 2 and 4 replicas of every service and lets ever more shoppers buy without pause, a part of them
at each gateway. Writes, for each, checkouts a second, latency and the processor time of every component as JSON, and
prints them beside what a queueing model says.
"""

import argparse
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import books
import model
import tools
from instance import CannotMeasure, Instance, children_of, cpu_seconds

WARM_UP = 3
IDLE_SECONDS = 5  # of what the platform uses up while nobody is there


def descendants(pid):
    for child in children_of(pid):
        yield child
        yield from descendants(child)


def component_of(name, pid):
    """Which line of the table a process belongs to: replicas together, PostgreSQL by database."""
    if name != "postgres":
        return re.sub(r"-\d+$", "", name)
    try:
        title = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")[0]
    except OSError:
        title = ""
    database = re.search(r"\bsouk_(user|product|order|payment|inventory|notification|sandbox)\b", title)
    return f"postgres {database[1]}" if database else "postgres itself"


def cpu_by_process(instance):
    """Seconds used so far, by (component, process)."""
    table = json.loads((instance.data / "processes.json").read_text())  # as `souk ps` shows them
    named = [(entry["name"], entry["pid"]) for entry in table if entry["pid"] != 0]
    used = {}
    for name, pid in [("souk", instance.child.pid), *named]:
        family = descendants(pid) if name != "souk" else ()
        for each in (pid, *family):
            used[component_of(name, each), each] = cpu_seconds(each)
    return used


def difference(before, after):
    """A process that began meanwhile counts whole."""
    found = {}
    for (component, pid), seconds in after.items():
        spent = seconds - before.get((component, pid), 0)
        found[component] = found.get(component, 0) + spent
    return found


def children_cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def shares(shoppers, count):
    return [shoppers // count + (i < shoppers % count) for i in range(count)]


def load_files(shop, instance, shoppers):
    """A shop file of its own for the shoppers at each gateway."""
    whole = json.loads(shop.file.read_text())
    begun = 0
    for i, (url, share) in enumerate(zip(instance.urls(), shares(shoppers, instance.replicas))):
        if share == 0:
            continue
        part = {name: whole[name][begun : begun + share] for name in ("emails", "tokens")}
        begun += share
        file = shop.file.with_name(f"shop-{i}.json")
        file.write_text(json.dumps(whole | part))
        yield url, file, share


def stored_kb(instance):
    sizes = "SELECT sum(pg_database_size(datname)) / 1024 FROM pg_database WHERE datname LIKE 'souk_%'"
    return float(instance.sql("postgres", sizes)[0][0])


def idle_rate(instance):
    """Processor seconds a second by component, without a shopper: jobs that look for work, Erlang's schedulers."""
    before = cpu_by_process(instance)
    time.sleep(IDLE_SECONDS)
    used = difference(before, cpu_by_process(instance))
    return {part: seconds / IDLE_SECONDS for part, seconds in used.items()}


def run(instance, shop, shoppers, seconds, idle):
    tools.output_of(shop.log_in_command())
    instance.sql("postgres", "CHECKPOINT")
    options = ["--seconds", str(seconds), "--warm-up", str(WARM_UP)]
    orders, stored = books.confirmed_orders(instance), stored_kb(instance)
    before, before_load, begun = cpu_by_process(instance), children_cpu(), time.monotonic()
    loads = [
        subprocess.Popen(
            [instance.programs / "souk-load", "--url", url, "--shop", file]
            + ["--shoppers", str(share), "checkout", *options],
            stdout=subprocess.PIPE,
            text=True,
        )
        for url, file, share in load_files(shop, instance, shoppers)
    ]
    replies = [load.communicate()[0] for load in loads]
    busy, load_cpu = time.monotonic() - begun, children_cpu() - before_load
    if any(load.returncode for load in loads):
        raise CannotMeasure("souk-load failed")
    under_load = difference(before, cpu_by_process(instance))
    results = [json.loads(reply) for reply in replies]
    settled = books.settle(instance)
    lasted = time.monotonic() - begun
    after = difference(before, cpu_by_process(instance))
    after = {part: max(0, used - idle.get(part, 0) * lasted) for part, used in after.items()}
    after["load generator"] = load_cpu
    done = books.confirmed_orders(instance) - orders
    if done == 0:
        raise CannotMeasure("nobody could buy")
    return {
        "replicas": instance.replicas,
        "shoppers": shoppers,
        "per_second": sum(each["per_second"] for each in results),
        "p50_ms": max(each["p50_ms"] for each in results),
        "p99_ms": max(each["p99_ms"] for each in results),
        "orders": done,
        "settled_after_seconds": settled,
        "stored_kb": (stored_kb(instance) - stored) / done,
        "cpu_ms": {part: used * 1e3 / done for part, used in sorted(after.items())},
        # Of all processors, while shoppers were buying.
        "utilisation": (sum(under_load.values()) + load_cpu) / busy / os.cpu_count(),
    }


def measure(folder, replicas, options):
    folder.mkdir()
    with Instance(options.programs, folder, processes=True, replicas=replicas) as instance:
        instance.start()
        shop = tools.Shop(instance, folder / "shop.json")
        shop.prepare()
        idle = idle_rate(instance)
        for shoppers in options.shoppers:
            yield run(instance, shop, shoppers, options.seconds, idle) | {"idle": sum(idle.values())}


def numbers(text):
    return [int(each) for each in text.split(",")]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--programs", type=pathlib.Path, default="build/release/bin")
    parser.add_argument("--replicas", type=numbers, default=[1, 2, 4])
    parser.add_argument("--shoppers", type=numbers, default=[1, 4, 16, 64])
    parser.add_argument("--seconds", type=int, default=10, help="of every run")
    parser.add_argument("--output", type=pathlib.Path, default="build/replicas.json")
    options = parser.parse_args()
    options.programs = options.programs.resolve()
    return options


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # Beside what was built, not in /tmp: that may be memory, where a commit costs nothing.
    folder = pathlib.Path(tempfile.mkdtemp(prefix="replicas-", dir=options.programs.parents[1]))
    runs = []
    try:
        for replicas in options.replicas:
            for one in measure(folder / str(replicas), replicas, options):
                runs.append(one)
                print(model.line(one), flush=True)
    except (CannotMeasure, OSError, subprocess.SubprocessError) as error:
        print(f"replicas: cannot measure: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    result = {"cores": os.cpu_count(), "runs": runs}
    options.output.write_text(json.dumps(result, indent=1) + "\n")
    print("\n" + model.report(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
