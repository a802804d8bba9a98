"""What is written down in two places must agree."""

import fnmatch
import os.path
import re
import subprocess
from collections.abc import Iterator

from tree import CPP, Tree, Violation, is_test, line_of

API = "docs/API.md"
SETTINGS = "pkg/config/settings.cpp"
ENV_EXAMPLE = ".env.example"

# Kind::internal is missing on purpose: its code is logged, clients are only told internal_error.
ERROR_CODE = re.compile(r'\bKind::(?!internal\b)\w+,\s*"([a-z0-9_]+)"')
# Which argument of these is the code of a field's problem.
FIELD_CODE_ARGUMENT = {"invalid_field": 1, "FieldError": 1, "CellProblem": 1, "report": 2}
FIELD_CALL = re.compile(rf"\b({'|'.join(FIELD_CODE_ARGUMENT)})\s*[({{]")

Place = tuple[str, int]


def arguments_of(text: str, start: int) -> list[str]:
    """The arguments of the call whose opening bracket ends at `start`."""
    depth, quoted, current, found = 0, False, "", []
    for index in range(start, len(text)):
        char = text[index]
        if char == '"' and text[index - 1] != "\\":
            quoted = not quoted
        if not quoted:
            if char in ")}]" and depth == 0:
                return [*found, current.strip()]
            depth += (char in "({[") - (char in ")}]")
            if char == "," and depth == 0:
                found.append(current.strip())
                current = ""
                continue
        current += char
    return found


def sources(tree: Tree) -> list[str]:
    # The programs under apps/ have codes of their own (exit messages, the sandbox provider's API).
    return [
        file
        for file in tree.files(*CPP, under=("pkg", "services", "api-gateway"))
        if not is_test(file)
    ]


def error_codes_in_code(tree: Tree) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for file in sources(tree):
        for match in ERROR_CODE.finditer(tree.text(file)):
            found.setdefault(match[1], (file, line_of(tree.text(file), match.start())))
    return found


def field_codes_in_code(tree: Tree) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for file in sources(tree):
        text = tree.text(file)
        for match in FIELD_CALL.finditer(text):
            arguments = arguments_of(text, match.end())
            wanted = FIELD_CODE_ARGUMENT[match[1]]
            literal = (
                re.fullmatch(r'"([a-z0-9_]+)"', arguments[wanted])
                if len(arguments) > wanted
                else None
            )
            if literal:
                found.setdefault(literal[1], (file, line_of(text, match.start())))
    return found


def documented_codes(tree: Tree) -> tuple[dict[str, int], dict[str, int]]:
    """The lines of (error codes, field codes): tables under "… codes" and "Field codes"."""
    errors: dict[str, int] = {}
    fields: dict[str, int] = {}
    section: dict[str, int] | None = None
    for number, line in tree.lines(API):
        heading = re.match(r"#+ (.*)", line)
        if heading:
            title = heading[1].lower()
            section = (
                fields if "field codes" in title else errors if title.endswith("codes") else None
            )
        row = re.match(r"\|\s*`([a-z0-9_]+)`\s*\|", line)
        if row and section is not None:
            section[row[1]] = number
    return errors, fields


def error_codes(tree: Tree) -> Iterator[Violation]:
    """Every code that a client can see stands in docs/API.md, and every code there exists."""
    if not tree.has(API):
        yield Violation("error_codes", API, 1, "is missing")
        return
    errors, fields = documented_codes(tree)
    kinds = (
        ("error", error_codes_in_code(tree), errors),
        ("field", field_codes_in_code(tree), fields),
    )
    for kind, used, written in kinds:
        for code in sorted(used.keys() - written.keys()):
            yield Violation("error_codes", *used[code], f"{kind} code {code} is not in {API}")
        for code in sorted(written.keys() - used.keys()):
            if code == "internal_error" and kind == "error":
                continue  # what every Kind::internal is shown as
            yield Violation(
                "error_codes", API, written[code], f"no code gives the {kind} code {code}"
            )


def sources_are_built(tree: Tree) -> Iterator[Violation]:
    """A .cpp that no CMakeLists.txt names is compiled by nobody; a test in it never fails."""
    lists = {os.path.dirname(file): tree.text(file) for file in tree.files("CMakeLists.txt")}
    for file in tree.files(".cpp", under=("pkg", "services", "api-gateway", "apps", "tests")):
        folder = os.path.dirname(file)
        built = False
        while not built:
            relative = os.path.relpath(file, folder or ".")
            built = is_named(lists.get(folder, ""), relative)
            if not folder:
                break
            folder = os.path.dirname(folder)
        if not built:
            yield Violation("sources_are_built", file, 1, "no CMakeLists.txt names it")


def is_named(cmake: str, relative: str) -> bool:
    if re.search(rf"(?<![\w./-]){re.escape(relative)}(?![\w-])", cmake):
        return True
    globs = re.findall(r"file\(\s*GLOB[^)]*\)", cmake)
    patterns = [word for call in globs for word in re.findall(r"[\w./*-]*\*[\w./*-]*", call)]
    return any(fnmatch.fnmatch(relative, pattern) for pattern in patterns)


def make_targets(tree: Tree) -> set[str] | None:
    """As make itself sees them, patterns with a % included."""
    if not tree.has("Makefile"):
        return None
    command = ["make", "-C", tree.root, "--no-print-directory", "-npRrq", ":"]
    database = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return set(re.findall(r"^([a-zA-Z][\w%-]*):(?!=)", database, re.MULTILINE))


def make_targets_exist(tree: Tree) -> Iterator[Violation]:
    """`make x` in a document is a promise."""
    targets = make_targets(tree)
    if targets is None:
        yield Violation("make_targets_exist", "Makefile", 1, "is missing")
        return
    for file in tree.files(".md"):
        for number, command in shell_commands(tree, file):
            for name in re.findall(r"\bmake ([a-z][\w<>%-]*)", command):
                wanted = re.sub(r"<[a-z-]+>", "user-service", name)
                if not any(
                    fnmatch.fnmatch(wanted, target.replace("%", "?*")) for target in targets
                ):
                    yield Violation(
                        "make_targets_exist", file, number, f"there is no `make {name}`"
                    )


def shell_commands(tree: Tree, file: str) -> Iterator[tuple[int, str]]:
    """What a document shows as code: `spans`, and fenced lines without their # comments."""
    fenced = False
    for number, line in tree.lines(file):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced:
            yield number, line.split(" #")[0]
        else:
            for span in re.findall(r"`([^`]+)`", line):
                yield number, span


def prose(tree: Tree, file: str) -> Iterator[tuple[int, str]]:
    """A document's lines without what it shows as code."""
    fenced = False
    for number, line in tree.lines(file):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced:
            yield number, re.sub(r"`[^`]*`", "", line)


def links_resolve(tree: Tree) -> Iterator[Violation]:
    """A link to a file of this tree leads to one."""
    for file in tree.files(".md"):
        for number, line in prose(tree, file):
            for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", line):
                if re.match(r"[a-z]+:", target):
                    continue
                path = os.path.normpath(os.path.join(os.path.dirname(file), target))
                if not tree.has(path):
                    yield Violation("links_resolve", file, number, f"{target} leads nowhere")


def settings_are_listed(tree: Tree) -> Iterator[Violation]:
    """.env.example names every setting of pkg/config with its default, and no other."""
    if not tree.has(SETTINGS):
        return
    used = {}
    for number, line in tree.lines(SETTINGS):
        match = re.match(r'\s*\{"([A-Z][A-Z0-9_]*)", Type::\w+, "([^"]*)"', line)
        if match:
            used[match[1]] = (number, match[2])
    listed = {}
    if tree.has(ENV_EXAMPLE):
        for number, line in tree.lines(ENV_EXAMPLE):
            match = re.match(r"#? ?([A-Z][A-Z0-9_]*)=(.*)", line)
            if match:
                listed[match[1]] = (number, match[2])
    for name in sorted(used.keys() | listed.keys()):
        if name not in listed:
            yield Violation(
                "settings_are_listed", SETTINGS, used[name][0], f"{name} is not in {ENV_EXAMPLE}"
            )
        elif name not in used:
            yield Violation(
                "settings_are_listed", ENV_EXAMPLE, listed[name][0], f"there is no setting {name}"
            )
        elif listed[name][1] != used[name][1]:
            message = f"the default of {name} is {used[name][1]!r}"
            yield Violation("settings_are_listed", ENV_EXAMPLE, listed[name][0], message)


RULES = (error_codes, sources_are_built, make_targets_exist, links_resolve, settings_are_listed)
