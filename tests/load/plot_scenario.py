"""Draws what a scenario measured, second by second: requests and failures, latency, virtual users."""

import json
import pathlib
import sys

import matplotlib

matplotlib.use("Agg")
matplotlib.rcParams["svg.hashsalt"] = "souk"  # the same data, the same file
import matplotlib.pyplot as plt  # noqa: E402  (after the backend is chosen)
from matplotlib import ticker  # noqa: E402

FAILED, TURNED_AWAY = "#c0392b", "#8e44ad"


def of(series, name, field):
    """One value a second; none where nothing was asked."""
    return [second["requests"].get(name, {}).get(field) for second in series]


def gaps(values):
    return [float("nan") if value is None else value for value in values]


def replies(series, wanted):
    return [
        sum(
            count
            for request in second["requests"].values()
            for status, count in request["statuses"].items()
            if status == wanted
        )
        for second in series
    ]


def draw_throughput(axis, series, names):
    seconds = [second["second"] for second in series]
    for name, color in names.items():
        counts = [count or 0 for count in of(series, name, "count")]
        axis.plot(seconds, counts, label=name, color=color)
    failed = [sum(one["failed"] for one in second["requests"].values()) for second in series]
    for values, label, color in (
        (failed, "failed", FAILED),
        (replies(series, "503"), "turned away (503)", TURNED_AWAY),
        ([second["dropped"] for second in series], "not started: no user free", "#888888"),
    ):
        if any(values):
            axis.plot(seconds, values, label=label, color=color, linewidth=1, linestyle="--")
    axis.set_ylabel("a second")
    axis.set_ylim(bottom=0)


def draw_latency(axis, series, names):
    seconds = [second["second"] for second in series]
    for name, color in names.items():
        # Dots, for a second between two silent ones has no line.
        low, high = gaps(of(series, name, "p50")), gaps(of(series, name, "p99"))
        axis.plot(seconds, low, ".-", color=color, markersize=3, label=f"{name} p50")
        axis.plot(seconds, high, ".:", color=color, markersize=2, linewidth=0.9, label=f"{name} p99")
    axis.set_yscale("log")
    axis.yaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_ylabel("latency, ms")


def draw(result, folder):
    """Writes SCENARIO.svg and .png into the folder; gives both."""
    series = result["series"]
    colors = plt.get_cmap("tab10").colors
    names = {name: colors[i % len(colors)] for i, name in enumerate(result["requests"])}
    figure, axes = plt.subplots(
        3, sharex=True, figsize=(10, 8), height_ratios=(3, 3, 1), layout="constrained"
    )
    verdict = "every threshold holds"
    if not all(threshold["ok"] for threshold in result["thresholds"]):
        verdict = "a threshold does not hold"
    figure.suptitle(f"{result['scenario']}: {verdict}")
    draw_throughput(axes[0], series, names)
    draw_latency(axes[1], series, names)
    users = [second["users"] for second in series]
    axes[2].step([second["second"] for second in series], gaps(users), color="#444444")
    axes[2].set_ylabel("users at work")
    axes[2].set_ylim(bottom=0)
    axes[2].set_xlabel("seconds")
    for axis in axes:
        axis.grid(alpha=0.3)
    for axis in axes[:2]:
        axis.legend(loc="upper left", fontsize="small", ncols=3)
    written = []
    for kind in ("svg", "png"):
        file = folder / f"{result['scenario']}.{kind}"
        metadata = {"Date": None} if kind == "svg" else None
        figure.savefig(file, dpi=120, metadata=metadata)
        written.append(file)
    plt.close(figure)
    return written


if __name__ == "__main__":
    for source in map(pathlib.Path, sys.argv[1:]):
        print(*draw(json.loads(source.read_text()), source.parent), sep="\n")
