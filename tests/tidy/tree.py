"""The source tree as the rules see it: files by suffix, read once."""

import dataclasses
import functools
import os
import pathlib
import re
from collections.abc import Iterator

# What no rule looks at: made by tools, or not ours.
SKIPPED_FOLDERS = {
    ".git",
    ".cache",
    "build",
    "dist",
    "node_modules",
    "third_party",
    "var",
    "__pycache__",
}
CPP = (".cpp", ".hpp")


@dataclasses.dataclass(frozen=True)
class Violation:
    rule: str
    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule}: {self.message}"


@dataclasses.dataclass(frozen=True)
class Include:
    line: int
    path: str  # as written, without the quotes or brackets
    quoted: bool


INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


class Tree:
    def __init__(self, root: pathlib.Path):
        self.root = root

    @functools.cached_property
    def all_files(self) -> list[str]:
        found = []
        for folder, folders, files in os.walk(self.root):
            folders[:] = sorted(set(folders) - SKIPPED_FOLDERS)
            relative = pathlib.Path(folder).relative_to(self.root)
            found += [str(relative / file) for file in sorted(files)]
        return found

    def files(self, *suffixes: str, under: tuple[str, ...] = ()) -> list[str]:
        """Files with one of the suffixes, in one of the folders `under` (or anywhere)."""
        prefixes = tuple(folder.rstrip("/") + "/" for folder in under)
        return [
            file
            for file in self.all_files
            if file.endswith(suffixes) and (not prefixes or file.startswith(prefixes))
        ]

    @functools.cache
    def text(self, file: str) -> str:
        return (self.root / file).read_text(encoding="utf-8", errors="replace")

    def has(self, file: str) -> bool:
        return (self.root / file).exists()

    def lines(self, file: str) -> Iterator[tuple[int, str]]:
        return enumerate(self.text(file).splitlines(), 1)

    def code_lines(self, file: str) -> Iterator[tuple[int, str]]:
        """Lines of a C++ file without their // comments and without what stands in "quotes"."""
        for number, line in self.lines(file):
            bare = re.sub(r'"(\\.|[^"\\])*"', '""', line)
            yield number, re.sub(r"//.*", "", bare)

    @functools.cache
    def includes(self, file: str) -> list[Include]:
        found = []
        for number, line in self.lines(file):
            match = INCLUDE.match(line)
            if match:
                found.append(Include(number, match[2], match[1] == '"'))
        return found


def is_test(file: str) -> bool:
    return "/tests/" in f"/{file}"


def line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1
