#!/usr/bin/env python3
"""Writes the Dockerfile of each program from deployments/docker/Dockerfile.template.

  scripts/dockerfiles.py           write them
  scripts/dockerfiles.py --check   exit 1, and name them, where one is not what the template makes
  scripts/dockerfiles.py --list    programs, and where their Dockerfiles are
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
TEMPLATE = ROOT / "deployments/docker/Dockerfile.template"
SERVICES = ("user", "product", "order", "payment", "inventory", "notification")

# Folder, and where its operations port is declared.
PROGRAMS = {
    **{f"{name}-service": (f"services/{name}-service", f"{name}_module.cpp") for name in SERVICES},
    "api-gateway": ("api-gateway", "gateway_module.cpp"),
    "sandbox-provider": ("apps/sandbox-provider", None),
    "souk": ("apps/souk", None),
}
# The sandbox answers health checks on its one port; souk's is OPS_PORT's default.
PORTS = {"sandbox-provider": 9180, "souk": 9080}


def ops_port(program):
    folder, module = PROGRAMS[program]
    if module is None:
        return PORTS[program]
    return int(re.search(r"\.ops_port = (\d+)", (ROOT / folder / module).read_text())[1])


def dockerfile(program):
    """Its place in the tree, and its text."""
    file = f"{PROGRAMS[program][0]}/Dockerfile"
    values = {"PROGRAM": program, "OPS_PORT": str(ops_port(program)), "FILE": file}
    text = re.sub(r"@([A-Z_]+)@", lambda match: values[match[1]], TEMPLATE.read_text())
    return ROOT / file, text


def main():
    mode = sys.argv[1:]
    wrong = []
    for program in PROGRAMS:
        file, text = dockerfile(program)
        name = file.relative_to(ROOT)
        if mode == ["--list"]:
            print(program, name)
        elif mode == ["--check"]:
            if not file.exists() or file.read_text() != text:
                wrong.append(name)
        elif not mode:
            file.write_text(text)
        else:
            print(__doc__, file=sys.stderr)
            return 2
    for name in wrong:
        print(f"{name} is not what Dockerfile.template makes: scripts/dockerfiles.py", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
