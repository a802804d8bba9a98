#!/usr/bin/env python3
"""Runs clang-tidy-19 over our own files, as many at once as there are cores.

It takes the commands of the preset `lint`, which compiles every file by itself; of that only what
all others need is built. A file is looked at again only once it, a header of ours that it reaches
or .clang-tidy has changed since it was last found clean: the first run takes long, the next ones
seconds.
Name files or folders to look at those alone.
"""

import argparse
import concurrent.futures
import functools
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
OWN = ("pkg", "services", "api-gateway", "apps", "tests")
TIDY = "clang-tidy-19"


INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


@functools.cache
def included(file: pathlib.Path, folders: tuple[pathlib.Path, ...]) -> frozenset[pathlib.Path]:
    """Our own headers that a file includes in quotes, looked for in `folders`."""
    found = set()
    for name in INCLUDE.findall(file.read_text(errors="replace")):
        header = next((f / name for f in folders if (f / name).exists()), None)
        if header:
            found.add(header)
    return frozenset(found)


def made_from(file: pathlib.Path, command: str) -> set[pathlib.Path]:
    """The file and all of our headers that it reaches."""
    folders = tuple(pathlib.Path(folder) for folder in re.findall(r" -I(\S+)", command))
    reached, open_files = {file}, [file]
    while open_files:
        fresh = included(open_files.pop(), folders) - reached
        reached |= fresh
        open_files += fresh
    return reached


def newest(files: set[pathlib.Path]) -> float:
    return max((file.stat().st_mtime for file in files), default=0.0)


def wanted(file: pathlib.Path, chosen: list[pathlib.Path]) -> bool:
    if not file.is_relative_to(ROOT) or file.relative_to(ROOT).parts[0] not in OWN:
        return False
    return not chosen or any(file == path or path in file.parents for path in chosen)


def look_at(file: pathlib.Path, build: pathlib.Path, stamp: pathlib.Path) -> str:
    result = subprocess.run(
        [TIDY, "-p", build, "--quiet", file], capture_output=True, text=True, check=False
    )
    if result.returncode == 0:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.touch()
        return ""
    # On stderr clang-tidy only counts what it hid, unless it could not run at all.
    return result.stdout or result.stderr


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", type=lambda path: pathlib.Path(path).resolve())
    arguments = parser.parse_args()
    build = ROOT / "build" / "lint"

    pending = {}
    for command in json.loads((build / "compile_commands.json").read_text()):
        file = pathlib.Path(command["file"])
        if not wanted(file, arguments.paths):
            continue
        stamp = build / "tidy" / f"{file.relative_to(ROOT)}.clean"
        changed = newest(made_from(file, command["command"]) | {ROOT / ".clang-tidy"})
        if not stamp.exists() or stamp.stat().st_mtime <= changed:
            pending[file] = stamp

    bad = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        looks = {pool.submit(look_at, file, build, stamp): file for file, stamp in pending.items()}
        for done, look in enumerate(concurrent.futures.as_completed(looks), 1):
            findings = look.result()
            name = looks[look].relative_to(ROOT)
            print(f"[{done}/{len(pending)}] {name}{': FOUND' if findings else ''}", flush=True)
            if findings:
                bad += 1
                print(findings, flush=True)
    print(f"clang-tidy: {len(pending)} files looked at, {bad} with findings")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
