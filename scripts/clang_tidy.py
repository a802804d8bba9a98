#!/usr/bin/env python3
"""Runs clang-tidy-19 over our own files of a built preset, as many at once as there are cores.

A file is looked at again only once it, a header that it includes (as ninja recorded it) or
.clang-tidy has changed since it was last found clean: the first run takes minutes, the next ones
seconds.
Name files or folders to look at those alone.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
OWN = ("pkg", "services", "api-gateway", "apps", "tests")
TIDY = "clang-tidy-19"


def recorded_headers(build: pathlib.Path) -> dict[str, list[pathlib.Path]]:
    """The files that each object file was made from, as the compiler told ninja."""
    listing = subprocess.run(
        ["ninja", "-C", build, "-t", "deps"], capture_output=True, text=True, check=True
    ).stdout
    headers: dict[str, list[pathlib.Path]] = {}
    current: list[pathlib.Path] = []
    for line in listing.splitlines():
        if line.startswith("    "):
            current.append(build / line.strip())  # an absolute path stays as it is
        elif line and not line.startswith("ninja:"):
            current = headers.setdefault(line.split(": #deps", 1)[0], [])
    return headers


def newest(files: list[pathlib.Path]) -> float:
    return max((file.stat().st_mtime for file in files if file.exists()), default=0.0)


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
    parser.add_argument("--preset", default="release")
    parser.add_argument("paths", nargs="*", type=lambda path: pathlib.Path(path).resolve())
    arguments = parser.parse_args()
    build = ROOT / "build" / arguments.preset

    headers = recorded_headers(build)
    pending = {}
    for command in json.loads((build / "compile_commands.json").read_text()):
        file = pathlib.Path(command["file"])
        if not wanted(file, arguments.paths):
            continue
        stamp = build / "tidy" / f"{file.relative_to(ROOT)}.clean"
        made_from = [file, ROOT / ".clang-tidy", *headers.get(command.get("output", ""), [])]
        if not stamp.exists() or stamp.stat().st_mtime <= newest(made_from):
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
