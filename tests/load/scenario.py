"""Runs a k6 scenario against a platform of its own, or against the one at BASE_URL: docs/BENCHMARKS.md, "Scenarios".

  scenario.py [--programs FOLDER] [--processes] [--output FOLDER] [--plot] SCENARIO [NAME=VALUE...]

Exit code of the run: 0 where every threshold holds, 99 where one does not; 1 where nothing could be measured.
"""

import argparse
import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile

import books
from instance import CannotMeasure, Instance

HERE = pathlib.Path(__file__).resolve().parent
RUNNER = HERE / "k6_on_node/main.mjs"
SCENARIOS = HERE / "scenarios"
# Debian's own Python has Debian's matplotlib, whichever else comes first in PATH.
PLOTTER = ["/usr/bin/python3", HERE / "plot_scenario.py"]


def names():
    return sorted(file.stem for file in SCENARIOS.glob("*.ts"))


def own_children_cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def play(scenario, url, settings, summary):
    """The exit code of one run; its summary is in the file."""
    command = ["node", RUNNER, "--summary", summary, "-e", f"BASE_URL={url}"]
    for setting in settings:
        command += ["-e", setting]
    # A group of its own would not hear Ctrl-C; in ours it stops in order, and so do we.
    with subprocess.Popen([*command, SCENARIOS / f"{scenario}.ts"]) as child:
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:
                continue


def play_on_own_platform(options, summary):
    # Beside what was built, not in /tmp: that may be memory, where a commit costs nothing.
    folder = pathlib.Path(tempfile.mkdtemp(prefix="scenario-", dir=options.programs.parents[1]))
    try:
        with Instance(options.programs, folder, options.processes) as instance:
            instance.start()
            before = instance.cpu_seconds() | {"load_generator": own_children_cpu()}
            code = play(options.scenario, instance.url, options.settings, summary)
            settled = books.settle(instance)
            after = instance.cpu_seconds() | {"load_generator": own_children_cpu()}
            if not summary.exists():
                return code
            result = json.loads(summary.read_text())
            sold = result["metrics"].get("orders_confirmed", {}).get("count", 0)
            if sold:
                books.check(instance, sold)
            result["cpu_seconds"] = {part: after[part] - before[part] for part in after}
            result["resident_mb"] = instance.resident_mb()
            result["settled_after_seconds"] = settled
            summary.write_text(json.dumps(result, indent=1) + "\n")
            print(costs(result, sold))
            return code
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def costs(result, sold):
    parts = ", ".join(f"{part} {used:.1f} s" for part, used in result["cpu_seconds"].items())
    lines = [f"\nprocessor time: {parts}"]
    if sold:
        lines.append(f"books: {sold} sold, each confirmed, paid once and taken out of stock")
    lines.append(f"last event delivered after {result['settled_after_seconds']:.1f} s")
    return "\n".join(lines)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("scenario", choices=names())
    parser.add_argument("settings", nargs="*", help="NAME=VALUE for the scenario")
    parser.add_argument("--programs", type=pathlib.Path, default="build/release/bin")
    parser.add_argument("--processes", action="store_true", help="seven processes instead of one")
    parser.add_argument("--output", type=pathlib.Path, default="build/load-test")
    parser.add_argument("--plot", action="store_true", help="draw SVG and PNG (python3-matplotlib)")
    options = parser.parse_args()
    options.programs = options.programs.resolve()
    return options


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    options.output.mkdir(parents=True, exist_ok=True)
    summary = options.output / f"{options.scenario}.json"
    summary.unlink(missing_ok=True)
    url = os.environ.get("BASE_URL")
    try:
        if url:
            code = play(options.scenario, url, options.settings, summary)
        else:
            code = play_on_own_platform(options, summary)
    except (CannotMeasure, OSError, subprocess.SubprocessError) as error:
        print(f"load-test: cannot measure: {error}", file=sys.stderr)
        return 1
    if summary.exists() and options.plot:
        sys.stdout.flush()
        subprocess.run([*PLOTTER, summary], check=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
