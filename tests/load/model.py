"""A closed queueing network for checkouts, and the table that sets it beside what was measured: docs/SCALING.md.

Shoppers who order again at once, a station of c processors with the processor time of a checkout as its demand, and a
delay for what is no processor time (flushes of the disk, hops between processes). Solved by mean value analysis (Reiser
and Lavenberg, 1980), with Seidmann's approximation for several servers: a queue of demand D / c, then a delay of
D (c - 1) / c.
"""

FIT_AT_LEAST = 2  # runs of one number of replicas, to have something to check


def throughput(shoppers, demand, delay, servers):
    """Checkouts a second, where `demand` and `delay` are in seconds."""
    queue = 0.0
    service, rest = demand / servers, delay + demand * (servers - 1) / servers
    rate = 0.0
    for customers in range(1, shoppers + 1):
        waiting = service * (1 + queue)
        rate = customers / (waiting + rest)
        queue = rate * waiting
    return rate


def demand_of(run):
    """Processor seconds of a checkout, with all that follows from it and who makes the load."""
    return sum(run["cpu_ms"].values()) / 1e3


def predictions(runs, cores):
    """(run, predicted checkouts a second) for runs with one number of replicas. What is no processor time is taken from
    the run with the fewest shoppers; the demand is each run's own, because a batch of many costs less per order."""
    alone = min(runs, key=lambda run: run["shoppers"])
    delay = max(0.0, alone["shoppers"] / alone["per_second"] - demand_of(alone))
    return [
        (run, throughput(run["shoppers"], demand_of(run), delay, cores))
        for run in runs
        if run is not alone
    ]


def ceilings(run):
    """Checkouts a second past which a component needs a second thread or server, the lowest first."""
    busy = ((part, ms) for part, ms in run["cpu_ms"].items() if ms >= 0.01)
    return sorted(((part, ms, 1e3 / ms) for part, ms in busy), key=lambda each: each[2])


def line(run):
    return (
        f"{run['replicas']} of each, {run['shoppers']:3} shoppers: {run['per_second']:6.1f}/s,"
        f" p50 {run['p50_ms']:6.1f} ms, p99 {run['p99_ms']:6.1f} ms,"
        f" {demand_of(run) * 1e3:5.2f} ms of processor each, {run['utilisation']:4.0%} busy"
    )


def report(result):
    runs, cores = result["runs"], result["cores"]
    lines = [f"{'replicas':>8} {'shoppers':>8} {'measured/s':>10} {'model/s':>8} {'error':>7}"]
    by_replicas = {}
    for run in runs:
        by_replicas.setdefault(run["replicas"], []).append(run)
    for replicas, group in by_replicas.items():
        if len(group) < FIT_AT_LEAST:
            continue
        for run, predicted in predictions(group, cores):
            error = predicted / run["per_second"] - 1
            measured = f"{run['per_second']:10.1f} {predicted:8.1f} {error:+7.0%}"
            lines.append(f"{replicas:8} {run['shoppers']:8} {measured}")
    busiest = {count: max(group, key=lambda run: run["shoppers"]) for count, group in by_replicas.items()}
    parts = sorted({part for run in busiest.values() for part in run["cpu_ms"]})
    lines += ["", "processor ms of a checkout" + "".join(f"{count:>8} x" for count in busiest)]
    for part in parts:
        cells = (run["cpu_ms"].get(part, 0) for run in busiest.values())
        lines.append(f"{part:26}" + "".join(f"{ms:10.3f}" for ms in cells))
    totals = "".join(f"{demand_of(run) * 1e3:10.3f}" for run in busiest.values())
    lines.append(f"{'all':26}{totals}")
    first = next(iter(busiest.values()))
    lines += ["", "one thread or database of it is full at"]
    lines += [f"{part:26}{rate:10.0f}/s" for part, _, rate in ceilings(first)[:6]]
    return "\n".join(lines)
