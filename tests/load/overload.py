"""Offers a running platform several times what it can do: docs/BENCHMARKS.md, "Overload".

Starts `souk up` as one process, finds the most that it gets done, offers a multiple of that for a while, and
prints what came of it as JSON. Exit code 0 where that could be measured, whatever it was.
"""

import argparse
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import books
import tools
from instance import CannotMeasure, Instance


def overloaded(instance, shop_file, options):
    command = [options.programs / "souk-load", "--url", instance.url, "--shop", shop_file]
    command += ["--shoppers", str(options.shoppers)]
    tools.output_of(command + ["log-in"])
    phases = ["overload", "--seconds", str(options.seconds), "--times", str(options.times)]
    resident = []
    with subprocess.Popen(command + phases, stdout=subprocess.PIPE, text=True) as load:
        while load.poll() is None:
            resident.append(round(instance.resident_mb()["platform"]))
            time.sleep(1)
        if load.returncode != 0:
            raise CannotMeasure("souk-load failed")
        result = json.loads(load.stdout.read())
    result["resident_mb_each_second"] = resident
    result["settled_after_seconds"] = books.settle(instance)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=pathlib.Path, default="build/release/bin")
    parser.add_argument("--processes", action="store_true", help="seven processes instead of one")
    parser.add_argument("--seconds", type=int, default=15, help="of the peak, and of the overload")
    parser.add_argument("--times", type=float, default=3, help="the peak")
    parser.add_argument("--shoppers", type=int, default=64, help="who find the peak")
    options = parser.parse_args()
    options.programs = options.programs.resolve()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # Beside what was built, not in /tmp: that may be memory, where a commit costs nothing.
    folder = pathlib.Path(tempfile.mkdtemp(prefix="overload-", dir=options.programs.parents[1]))
    try:
        with Instance(options.programs, folder, options.processes) as instance:
            instance.start()
            shop = tools.Shop(instance, folder / "shop.json")
            shop.prepare()
            print(json.dumps(overloaded(instance, shop.file, options), indent=1))
    except (CannotMeasure, OSError, subprocess.SubprocessError) as error:
        print(f"overload: cannot measure: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
