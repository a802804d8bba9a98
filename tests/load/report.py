"""The benchmark's numbers, judged and as a table."""

# name, where it stands in the results, how much it may be
MARKS = (
    ("checkouts, one process / yardstick", ("one_process", "checkout", "to_yardstick"), ">=", 0.35),
    ("product GET, cached / nginx", ("reads", "cached_to_nginx"), ">=", 0.5),
    ("one process idle, resident MB", ("one_process", "resident_mb", "idle"), "<=", 120),
)
COST_COLUMNS = (
    ("platform", "platform_cpu_ms"),
    ("PostgreSQL", "postgres_cpu_ms"),
    ("provider", "sandbox_provider_cpu_ms"),
    ("commits", "commits"),
    ("flushes", "wal_flushes"),
    ("WAL kB", "wal_kb"),
)
LABEL = 32  # characters


def value_at(results, path):
    for key in path:
        results = results[key]
    return results


def judged(results):
    """Each mark with what was measured and whether it is met."""
    marks = []
    for name, path, relation, mark in MARKS:
        value = value_at(results, path)
        met = value >= mark if relation == ">=" else value <= mark
        marks.append({"name": name, "value": value, "mark": f"{relation} {mark}", "met": met})
    return marks


def line(label, *columns):
    return f"{label:<{LABEL}}" + "".join(f"{column:>11}" for column in columns)


def speed(run):
    return f"{run['per_second']:,.0f}", f"{run['p50_ms']:.2f}", f"{run['p99_ms']:.2f}"


def speed_lines(shapes):
    yield line("", "per s", "p50 ms", "p99 ms", "yardstick")
    for label, shape in shapes:
        yardsticks = shape["yardstick_per_second"]
        note = ", ".join(f"{one:,.0f}" for one in yardsticks)
        yield line("yardstick", f"{sum(yardsticks) / len(yardsticks):,.0f}") + f"   ({note})"
        runs = (
            (f"checkouts, {label}", shape["checkout"]),
            ("  one SKU in every order", shape["checkout_hot_sku"]),
        )
        for name, run in runs:
            other = sum(run["other"].values())
            note = f"   {other} not confirmed" if other else ""
            yield line(name, *speed(run), f"x {run['to_yardstick']:.2f}") + note


def read_lines(reads):
    yield line("", "per s", "p50 ms", "p99 ms", "nginx")
    yield line(f"a file of {reads['bytes']} bytes from nginx", *speed(reads["nginx"]))
    ratio = f"x {reads['cached_to_nginx']:.2f}"
    yield line("product GET, cached", *speed(reads["cached"]), ratio)
    yield line("product GET, not cached", *speed(reads["uncached"]))


def cost_lines(shapes):
    names = (name for name, _ in COST_COLUMNS)
    yield line("CPU ms of a checkout, and its …", *names, "settled s")
    for label, shape in shapes:
        costs = shape["checkout"]["per_order"]
        settled = f"{shape['checkout']['settled_after_seconds']:.1f}"
        yield line(label, *(f"{costs[key]:.2f}" for _, key in COST_COLUMNS), settled)


def size_lines(shapes):
    yield line("", "start s", "idle MB", "loaded MB", "provider")
    for label, shape in shapes:
        memory = shape["resident_mb"]
        sizes = (f"{memory[key]:.0f}" for key in ("idle", "loaded", "sandbox_provider"))
        yield line(label, f"{shape['start_seconds']:.2f}", *sizes)


def mark_lines(marks):
    yield line("mark", "measured", "wanted", "")
    for mark in marks:
        verdict = "met" if mark["met"] else "NOT MET"
        yield line(mark["name"], f"{mark['value']:.2f}", mark["mark"], verdict)


def table(results):
    shapes = [("one process", results["one_process"])]
    shapes.append(("seven processes", results["seven_processes"]))
    sections = (
        [", ".join(f"{name}={value}" for name, value in results["postgresql"].items())],
        speed_lines(shapes),
        read_lines(results["reads"]),
        cost_lines(shapes),
        size_lines(shapes),
        mark_lines(results["marks"]),
    )
    return "\n\n".join("\n".join(section) for section in sections)
