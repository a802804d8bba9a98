"""Draws the Grafana dashboards as pictures, from a platform under load: `make dashboards`.

  draw_dashboards.py [--programs FOLDER] [--seconds 40] [--output docs/dashboards]

Starts seven processes on RabbitMQ and Redis, Prometheus, and the exporters of PostgreSQL, Redis and the machine; buys,
browses, offers more than the platform can do; then asks every panel's query over that time.
"""

import argparse
import contextlib
import json
import math
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import live
import matplotlib
import names

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  (after the backend is chosen)
from matplotlib import ticker  # noqa: E402

WINDOW = "10s"  # what Grafana would put for $__rate_interval where each second is scraped
COLUMNS = 24  # of Grafana's grid
INCHES_PER_COLUMN, INCHES_PER_ROW = 0.75, 0.42
LEGENDS = 6  # more would hide the panel


def redis_port(platform):
    """Of the platform's private Redis."""
    table = json.loads((platform.data / "processes.json").read_text())
    pid = next(entry["pid"] for entry in table if entry["name"] == "redis")
    command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().decode()
    return re.search(r":(\d+)", command)[1]


@contextlib.contextmanager
def exporters(platform, folder):
    """Those that are installed; gives their ports by the job that scrapes them."""
    postgres = platform.postgres_environment()
    source = "host={PGHOST} port={PGPORT} user={PGUSER} dbname=postgres sslmode=disable"
    wanted = {
        "postgres": ("prometheus-postgres-exporter", {"DATA_SOURCE_NAME": source.format(**postgres)}),
        "redis": ("prometheus-redis-exporter", {"REDIS_ADDR": f"127.0.0.1:{redis_port(platform)}"}),
        "node": ("prometheus-node-exporter", {}),
    }
    ports, children = {}, []
    with (folder / "exporters.log").open("wb") as log:
        for job, (program, environment) in wanted.items():
            if shutil.which(program) is None:
                print(f"{program} is not installed: its panels show nothing", file=sys.stderr)
                continue
            ports[job] = live.instance.free_ports(1)
            command = [program, f"--web.listen-address=127.0.0.1:{ports[job]}"]
            children.append(
                subprocess.Popen(command, env=postgres | environment, stdout=log, stderr=log)
            )
    try:
        yield ports
    finally:
        for child in children:
            child.send_signal(signal.SIGTERM)
            child.wait(30)


def legend_of(target, labels):
    text = target.get("legendFormat") or "{{}}"
    return re.sub(r"\{\{(\w*)\}\}", lambda match: labels.get(match[1], ""), text).strip()


def written(value, unit):
    """As Grafana writes a number of that unit."""
    if unit == "percentunit":
        return f"{value * 100:.3g} %"
    if unit == "s" and value < 1:
        return f"{value * 1e3:.3g} ms"
    suffix = {"s": " s", "reqps": "/s"}.get(unit, "")
    for limit, letter in ((1e6, "M"), (1e3, "k")):
        if abs(value) >= limit:
            return f"{value / limit:.3g}{letter}{suffix}"
    return f"{value:.3g}{suffix}"


def series_of(prometheus, panel, start, end):
    """(legend, times, values) of each line of a panel, those with the most in them first."""
    lines = []
    for target in panel["targets"]:
        expression = target["expr"].replace("$__rate_interval", WINDOW)
        for found in prometheus.query_range(expression, start, end, 1):
            times = [float(moment) - start for moment, _ in found["values"]]
            values = [float(value) for _, value in found["values"]]
            values = [value if math.isfinite(value) else math.nan for value in values]
            lines.append((legend_of(target, found["metric"]), times, values))
    return sorted(lines, key=lambda line: -max((v for v in line[2] if v == v), default=0))


def draw_panel(axis, panel, lines):
    unit = panel.get("fieldConfig", {}).get("defaults", {}).get("unit")
    colors = plt.get_cmap("tab20").colors
    for i, (legend, times, values) in enumerate(lines):
        label = legend if i < LEGENDS else None
        axis.plot(times, values, color=colors[i % 20], linewidth=1.1, label=label)
    axis.set_title(panel["title"], fontsize=9, loc="left", fontweight="bold")
    axis.yaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: written(value, unit)))
    axis.tick_params(labelsize=7)
    axis.grid(alpha=0.25)
    top = axis.get_ylim()[1]
    axis.set_ylim(0, top * 1.3 if top > 1e-6 else 1)  # room for the legend
    if lines:
        more = f"and {len(lines) - LEGENDS} more" if len(lines) > LEGENDS else None
        axis.legend(fontsize=6, loc="upper left", title=more, title_fontsize=6, framealpha=0.7)
    else:
        axis.text(0.5, 0.5, "no data", ha="center", transform=axis.transAxes)


def draw(dashboard, prometheus, start, end, file):
    panels = dashboard["panels"]
    rows = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in panels)
    size = (COLUMNS * INCHES_PER_COLUMN, rows * INCHES_PER_ROW)
    figure = plt.figure(figsize=size, layout="constrained")
    figure.suptitle(f"{dashboard['title']}: {end - start:.0f} s of load", fontsize=12)
    grid = figure.add_gridspec(rows, COLUMNS)
    empty = []
    for panel in panels:
        at = panel["gridPos"]
        axis = figure.add_subplot(grid[at["y"] : at["y"] + at["h"], at["x"] : at["x"] + at["w"]])
        lines = series_of(prometheus, panel, start, end)
        if not lines:
            empty.append(panel["title"])
        draw_panel(axis, panel, lines)
    for kind in ("png", "svg"):
        figure.savefig(file.with_suffix(f".{kind}"), dpi=75)
    plt.close(figure)
    return empty


def play(platform, folder, seconds):
    """Trade, then a third of the time far more than can be done, then trade again."""
    load = live.load_command(platform, folder)
    live.put_under_load(platform, load, seconds // 2)
    third = str(max(3, seconds // 6))
    subprocess.run([*load, "overload", "--seconds", third], check=True, stdout=subprocess.DEVNULL)
    live.put_under_load(platform, load, seconds // 4)
    time.sleep(4)  # a last scrape, and rules that stand on other rules


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--programs", type=pathlib.Path, default="build/release/bin")
    parser.add_argument("--seconds", type=int, default=40, help="of load, about")
    parser.add_argument("--output", type=pathlib.Path, default=names.ROOT / "docs/dashboards")
    options = parser.parse_args()
    options.programs = options.programs.resolve()
    return options


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    options.output.mkdir(parents=True, exist_ok=True)
    empty = []
    with tempfile.TemporaryDirectory(prefix="souk-") as scratch, contextlib.ExitStack() as stack:
        folder = pathlib.Path(scratch)
        folder.chmod(0o755)  # PostgreSQL runs as another user below it
        platform = live.instance.Instance(options.programs, folder, processes=True)
        stack.enter_context(platform)
        platform.start()
        others = stack.enter_context(exporters(platform, folder))
        watch = live.Prometheus(folder, platform.ops_port, others)
        prometheus = stack.enter_context(watch)
        start = time.time()
        play(platform, folder, options.seconds)
        end = time.time()
        for source in sorted(names.DASHBOARDS.glob("*.json")):
            file = options.output / source.stem
            dashboard = json.loads(source.read_text())
            empty += draw(dashboard, prometheus, start, end, file)
            print(file.with_suffix(".png"))
    for title in empty:
        print(f"no data: {title}", file=sys.stderr)
    return 1 if empty else 0


if __name__ == "__main__":
    sys.exit(main())
