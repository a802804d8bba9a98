"""Who may include whom."""

import re
from collections.abc import Iterator

from tree import CPP, Tree, Violation, is_test

# What a folder of pkg/ may include besides itself and the generated messages of proto/common.
PKG_MAY_INCLUDE = {
    "core": set(),
    "pch": set(),
    "process": {"core"},
    "config": {"core"},
    "database": {"core", "process"},
        "http": {"core"},
    "security": {"core"},
    "middleware": {"core", "config", "security"},
    "runtime": {"core", "config", "database", "http", "middleware", "security"},
    "redis": {"core", "middleware", "process", "runtime"},
    "messaging": {"core", "config", "database", "middleware", "process", "runtime", "security"},
    "testing": {
        "core",
        "config",
        "database",
        "http",
        "middleware",
        "process",
        "redis",
        "runtime",
        "messaging",
        "security",
    },
}
# The coroutine type: a header of its own that needs nothing else, used by everything that waits.
LEAF_HEADERS = {"runtime/task.hpp"}

# Inside a service, downwards only: handler -> service -> repository -> models. What talks to the
# outside (clients, a payment gateway, mail providers) stands beside the repository.
OUTSIDE = ("clients", "gateway", "providers")
LAYER_MAY_INCLUDE = {
    "handler": {"service", "repository", *OUTSIDE, "models"},
    "service": {"repository", *OUTSIDE, "models"},
    "repository": {"models"},
    **{layer: {"models"} for layer in OUTSIDE},
    "models": set(),
}
# models decide and compute: no I/O, no protocol. A handler has no database.
LAYER_FORBIDS = {
    "models": re.compile(
        r"^(database|runtime|messaging|http|middleware|config)/|\.pb\.h$|^boost/asio|^grpc"
    ),
    "repository": re.compile(r"^(http|messaging)/|^grpc"),
    "handler": re.compile(r"^database/"),
}
SQL = re.compile(r'"(?:\w*\()?\s*(SELECT\s|INSERT INTO\s|UPDATE \w+ SET\s|DELETE FROM\s)')


def pkg_direction(tree: Tree) -> Iterator[Violation]:
    """Libraries of pkg/ form layers; their detail/ and the test support are nobody else's."""
    services = "|".join(re.escape(name) for name in proto_packages(tree) - {"common"})
    for file in tree.files(*CPP, under=("pkg",)):
        own = file.split("/")[1]
        for include in tree.includes(file):
            folder = include.path.split("/")[0]
            if include.path in LEAF_HEADERS or not include.quoted:
                continue
            problem = None
            if (
                services
                and re.match(rf"({services})/.*\.pb\.h$", include.path)
                and not is_test(file)
            ):
                problem = "a shared library knows no service's messages"
            elif folder in ("services", "apps", "api-gateway"):
                problem = "a shared library knows no service"
            elif folder == own or folder not in PKG_MAY_INCLUDE:
                continue
            elif is_test(file):
                continue  # a test may use what it likes of pkg/
            elif folder not in PKG_MAY_INCLUDE.get(own, set()):
                problem = f"pkg/{own} may include {sorted(PKG_MAY_INCLUDE.get(own, set()))} only"
            if problem:
                yield Violation("pkg_direction", file, include.line, f"{include.path}: {problem}")


def proto_packages(tree: Tree) -> set[str]:
    return {
        file.split("/")[1] for file in tree.files(".proto", under=("proto",)) if file.count("/") > 1
    }


def private_folders(tree: Tree) -> Iterator[Violation]:
    """pkg/x/detail is x's own; pkg/testing is for tests."""
    for file in tree.files(*CPP):
        for include in tree.includes(file):
            parts = include.path.split("/")
            if len(parts) > 2 and parts[0] in PKG_MAY_INCLUDE and parts[1] == "detail":
                if not file.startswith(f"pkg/{parts[0]}/"):
                    yield Violation(
                        "private_folders", file, include.line, f"{include.path} is private"
                    )
            if (
                parts[0] == "testing"
                and not is_test(file)
                and not file.startswith(("pkg/testing/", "tests/"))
            ):
                yield Violation(
                    "private_folders", file, include.line, f"{include.path} is for tests"
                )


def owner(file: str) -> str | None:
    """The service (or the gateway) that a file belongs to."""
    parts = file.split("/")
    if parts[0] == "api-gateway":
        return "api-gateway"
    return "/".join(parts[:2]) if parts[0] == "services" and len(parts) > 2 else None


def module_boundaries(tree: Tree) -> Iterator[Violation]:
    """internal/ is private; of a module, apps/ and tests/ see <name>_module.hpp, others nothing."""
    for file in tree.files(*CPP):
        own = owner(file)
        for include in tree.includes(file):
            path = include.path
            problem = None
            target = owner(path)
            if include.quoted and path.startswith("../"):
                problem = "includes start at a root, not at the file"
            elif path.startswith("internal/") and own is None:
                problem = "internal/ belongs to one service"
            elif target is None or target == own:
                continue
            elif "/internal/" in path:
                problem = f"internal/ is private to {target}"
            elif own is not None:
                problem = f"{own} calls {target} through its stubs, it does not include it"
            elif not re.search(r"/[a-z_]+_module\.hpp$", path):
                problem = f"of {target} only its _module.hpp is public"
            elif not file.startswith(("apps/", "tests/")):
                problem = "modules are put together by apps/ and tests/"
            if problem:
                yield Violation("module_boundaries", file, include.line, f"{path}: {problem}")


def service_layers(tree: Tree) -> Iterator[Violation]:
    """handler -> service -> repository -> models, never back."""
    for file in tree.files(*CPP, under=("services",)):
        match = re.match(r"services/[^/]+/internal/([^/]+)/", file)
        layer = match[1] if match else None
        if layer not in LAYER_MAY_INCLUDE:
            continue
        for include in tree.includes(file):
            target = re.match(r"(?:services/[^/]+/)?internal/([^/]+)/", include.path)
            if target and target[1] != layer and target[1] not in LAYER_MAY_INCLUDE[layer]:
                message = f"{include.path}: {layer} may not look at {target[1]}"
                yield Violation("service_layers", file, include.line, message)
            forbidden = LAYER_FORBIDS.get(layer)
            if forbidden and include.path not in LEAF_HEADERS and forbidden.search(include.path):
                yield Violation(
                    "service_layers", file, include.line, f"{include.path}: not in {layer}/"
                )


def sql_in_repositories(tree: Tree) -> Iterator[Violation]:
    """SQL stands in repository/ and migrations/, as named queries."""
    for file in tree.files(*CPP, under=("services", "api-gateway")):
        if "/internal/repository/" in file or is_test(file):
            continue
        for number, line in tree.lines(file):
            if SQL.search(line):
                yield Violation("sql_in_repositories", file, number, "SQL outside repository/")


RULES = (pkg_direction, private_folders, module_boundaries, service_layers, sql_in_repositories)
