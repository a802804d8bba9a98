#!/usr/bin/env python3
"""The house rules that a program can check, as an ordinary test.

  tests/tidy/tidy.py            check this tree; exit 1 if a rule is broken
  tests/tidy/tidy.py --codes    print the error codes that docs/API.md lacks, as rows for its tables
"""

import pathlib
import sys

import code_rules
import documents
import layers
from tree import Tree, Violation

RULES = (*layers.RULES, *code_rules.RULES, *documents.RULES)


def check(tree: Tree) -> list[Violation]:
    return [violation for rule in RULES for violation in rule(tree)]


def print_missing_codes(tree: Tree) -> None:
    errors, fields = documents.documented_codes(tree) if tree.has(documents.API) else ({}, {})
    for title, used, written in (
        ("Error codes", documents.error_codes_in_code(tree), errors),
        ("Field codes", documents.field_codes_in_code(tree), fields),
    ):
        print(f"{title}:")
        for code in sorted(used.keys() - written.keys()):
            file, line = used[code]
            print(f"| `{code}` | {file}:{line} |")


def main() -> int:
    tree = Tree(pathlib.Path(__file__).resolve().parents[2])
    if sys.argv[1:] == ["--codes"]:
        print_missing_codes(tree)
        return 0
    violations = check(tree)
    for violation in violations:
        print(violation)
    print(f"tidy: {len(RULES)} rules, {len(tree.all_files)} files, {len(violations)} violations")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
