"""What no source file may hold."""

import dataclasses
import pathlib
import re
from collections.abc import Iterator

from tree import CPP, Tree, Violation, is_test, line_of

MAX_LINES = 400
# Files that were longer when the rule came, with the length they may have. This list only shrinks:
# a file that got shorter takes its number along, one that fits leaves the list.
LONG_FILES: dict[str, int] = {}

TEXT = (
    *CPP,
    ".py",
    ".sh",
    ".ts",
    ".tsx",
    ".js",
    ".sql",
    ".proto",
    ".cmake",
    ".md",
    ".yaml",
    ".yml",
    ".json",
)
# Written in two halves, or this file would break its own rule.
UNFINISHED = re.compile(
    r"\b(TO" r"DO|FIX" r"ME|HA" r"CK)\b|(?<!\")\bX" r"XX\b"
)  # quoted, the last is a currency
MACHINE_PATH = re.compile(r"""(?:^|[\s"'`=(:])(/(?:home|root|work|Users)/[\w./-]*)""")
SWITCHED_OFF = re.compile(r"\bDISABLED_\w|\bGTEST_SKIP\b")

# What a file defines for itself at its outermost level; functions tell themselves apart by parameters.
OWN_NAME = re.compile(
    r"(?:(?:inline |static )*(?:constexpr|const|constinit)\b[^=({]*?\b(k[A-Z]\w*)|(?:class|struct) (\w+)(?= (?:final )?(?::|\{)))"
    r"|[a-zA-Z][\w:<>,&* ]*[ &*](\w+)\(([^()]*)\) \{"
)

# Tests that may skip themselves, loudly, and why they must be able to.
SKIPPABLE = {
    "apps/souk/online_retail/tests/real_file_test.cpp": "needs data that is not ours to publish",
    "tests/chaos/disk_test.cpp": "mounts a small disk, which takes root",
    "tests/chaos/partition_test.cpp": "cuts a network of its own, which takes root",
}

LIBRARIES = ("pkg/", "services/", "api-gateway/")


@dataclasses.dataclass(frozen=True)
class Forbidden:
    what: str  # a header's name, or a regular expression
    why: str
    where: tuple[str, ...] = ("",)  # prefixes of paths; tests may do as they like
    unless: tuple[
        str, ...
    ] = ()  # the one place that makes what all others get, or has a reason of its own


FORBIDDEN_INCLUDES = (
    Forbidden("regex", "std::regex recurses and backtracks: use RE2, or write the few lines"),
    Forbidden("iostream", "libraries log (middleware/log.hpp)", LIBRARIES),
    Forbidden("bits/stdc++.h", "not a header of C++"),
)
FORBIDDEN_WORDS = (
    Forbidden(r"\bstd::c(out|err|log)\b", "libraries log (middleware/log.hpp)", LIBRARIES),
    Forbidden(r"\busing namespace std\s*;", "it hides where a name comes from"),
    Forbidden(
        r"\bgetenv\s*\(",
        "settings come from pkg/config",
        (*LIBRARIES, "apps/"),
        unless=("pkg/config/settings.cpp", "pkg/testing/"),
    ),
    Forbidden(
        r"\b(system_clock|high_resolution_clock)::now\b|\bstd::time\s*\(|\bgettimeofday\b",
        "the time comes from the injected souk::Clock",
        LIBRARIES,
        unless=("pkg/core/clock.cpp", "pkg/runtime/"),  # gRPC counts deadlines in system time
    ),
    Forbidden(
        r"\bstd::(random_device|mt19937(_64)?|rand)\b",
        "randomness comes from the injected souk::Random",
        LIBRARIES,
        unless=("pkg/core/random.cpp", "pkg/database/"),  # the jitter of a retry decides nothing
    ),
)
FLOATING = re.compile(r"\b(float|double)\b")
NOT_MONEY = "not money"
METRIC = re.compile(r"\.(Increment|Observe|Set)\(")  # Prometheus counts in doubles, money too
CAPTURING_COROUTINE = re.compile(
    r"\[[^\[\]]+\]\s*(\([^()]*\)\s*)?(mutable\s*)?->\s*[\w:]*(Task|awaitable)<[^{]*\{"
)


def file_length(tree: Tree) -> Iterator[Violation]:
    """A file past 400 lines is asking to be two."""
    for file in tree.files(*CPP, ".py", ".sh", ".ts", ".tsx"):
        length = len(tree.text(file).splitlines())
        allowed = LONG_FILES.get(file, MAX_LINES)
        if length > allowed:
            yield Violation("file_length", file, length, f"{length} lines, {allowed} are allowed")
        elif file in LONG_FILES and length < allowed:
            message = f"has {length} lines by now: lower its entry in tests/tidy/code_rules.py"
            yield Violation("file_length", file, length, message)
    for file in LONG_FILES:
        if not tree.has(file):
            yield Violation("file_length", file, 1, "is gone: take it off tests/tidy/code_rules.py")


def unfinished(tree: Tree) -> Iterator[Violation]:
    """What is not done is not merged; what is switched off is not a test."""
    for file in tree.files(*TEXT, "Makefile", "CMakeLists.txt", "Dockerfile"):
        for number, line in tree.lines(file):
            match = UNFINISHED.search(line)
            if match:
                yield Violation("unfinished", file, number, f"{match[0]}: do it, or write an issue")
            if file.endswith(CPP) and file not in SKIPPABLE and SWITCHED_OFF.search(line):
                yield Violation(
                    "unfinished", file, number, "a test that is switched off cannot fail"
                )


def machine_paths(tree: Tree) -> Iterator[Violation]:
    """The tree works wherever it is cloned to, for whoever does."""
    for file in tree.files(*TEXT, "Makefile", "CMakeLists.txt", "Dockerfile", ".env.example"):
        for number, line in tree.lines(file):
            match = MACHINE_PATH.search(line)
            if match:
                yield Violation(
                    "machine_paths", file, number, f"{match[1]} exists on one machine only"
                )


def is_forbidden(rule: Forbidden, file: str) -> bool:
    return (
        file.startswith(rule.where)
        and not file.startswith(rule.unless or ("\0",))
        and not is_test(file)
    )


def forbidden_includes(tree: Tree) -> Iterator[Violation]:
    for file in tree.files(*CPP):
        for include in tree.includes(file):
            for rule in FORBIDDEN_INCLUDES:
                if include.path == rule.what and is_forbidden(rule, file):
                    yield Violation(
                        "forbidden_includes", file, include.line, f"<{rule.what}>: {rule.why}"
                    )


def forbidden_words(tree: Tree) -> Iterator[Violation]:
    for file in tree.files(*CPP):
        rules = [rule for rule in FORBIDDEN_WORDS if is_forbidden(rule, file)]
        for number, line in tree.code_lines(file):
            for rule in rules:
                match = re.search(rule.what, line)
                if match:
                    yield Violation(
                        "forbidden_words", file, number, f"{match[0].strip()}: {rule.why}"
                    )


def header_namespaces(tree: Tree) -> Iterator[Violation]:
    """A header's `using namespace` reaches all who include it; each header guards itself."""
    for file in tree.files(".hpp"):
        for number, line in tree.code_lines(file):
            if re.match(
                r"using namespace\b", line
            ):  # at file scope; an indented one stays in its function
                yield Violation("header_namespaces", file, number, "using namespace in a header")
        if not re.search(r"^#pragma once$", tree.text(file), re.MULTILINE):
            yield Violation("header_namespaces", file, 1, "has no #pragma once")


def integer_money(tree: Tree) -> Iterator[Violation]:
    """Money is counted in integers. A double that is none says so: `// not money: …`."""
    for file in tree.files(*CPP, under=("services",)):
        lines = dict(tree.lines(file))
        for number, code in tree.code_lines(file):
            if not FLOATING.search(code) or METRIC.search(code) or NOT_MONEY in lines[number]:
                continue
            if not is_test(file):
                yield Violation(
                    "integer_money",
                    file,
                    number,
                    f"floating point, and not marked `// {NOT_MONEY}`",
                )


def lambda_coroutines(tree: Tree) -> Iterator[Violation]:
    """A coroutine lambda that is called on the spot dies, with its captures, before its coroutine."""
    for file in tree.files(*CPP):
        text = tree.text(file)
        for match in CAPTURING_COROUTINE.finditer(text):
            end = closing_brace(text, match.end())
            if re.match(r"\s*\(", text[end + 1 : end + 20]):
                message = (
                    "captures die with the lambda: pass it uncalled, or its captures as parameters"
                )
                yield Violation("lambda_coroutines", file, line_of(text, match.start()), message)


def own_names(tree: Tree) -> Iterator[Violation]:
    """Files of a library are compiled together (SOUK_UNITY): what one defines no other may."""
    seen: dict[tuple[str, str, str], str] = {}  # library, namespace, name -> file
    for file in tree.files(".cpp"):
        if is_test(file) or file.startswith("tests/"):
            continue
        library = "/".join(pathlib.PurePath(file).parts[:2])
        namespace = ""
        for number, line in tree.code_lines(file):
            if match := re.match(r"namespace (\w\S*) \{", line):
                namespace = match[1]
            if match := OWN_NAME.match(line):
                name = match[1] or match[2] or signature(match[3], match[4])
                first = seen.setdefault((library, namespace, name), file)
                if first != file:
                    yield Violation("own_names", file, number, f"{first} has a {name} too")


def signature(function: str, parameters: str) -> str:
    """What tells overloads apart: "f(int size)" and "f(int count)" are the same."""
    types = (re.sub(r"[ &*]\w+(?: = .*)?$", "", each.strip()) for each in parameters.split(", "))
    return f"{function}({', '.join(types)})"


def closing_brace(text: str, start: int) -> int:
    """Where the block ends that was opened just before `start`."""
    depth = 1
    for index in range(start, len(text)):
        depth += (text[index] == "{") - (text[index] == "}")
        if depth == 0:
            return index
    return len(text)


RULES = (
    file_length,
    unfinished,
    machine_paths,
    forbidden_includes,
    forbidden_words,
    header_namespaces,
    integer_money,
    lambda_coroutines,
    own_names,
)
