#!/usr/bin/env bash
# Measures the release build: checkouts beside PostgreSQL's own limit, reads beside nginx, start time
# and memory. Prints a table and writes build/bench.json; docs/BENCHMARKS.md says how to read them.
#   scripts/bench.sh [--seconds N] [--output FILE] ...    (--help lists all)
# Takes about four minutes. Exit code 0 where everything could be measured, whatever came of it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

for program in souk souk-load sandbox-provider api-gateway; do
  if [[ ! -x build/release/bin/$program ]]; then
    echo "bench: $program is not built: make build" >&2
    exit 1
  fi
done
export PYTHONDONTWRITEBYTECODE=1
# exec: an interrupt reaches the one process that cleans up.
exec python3 tests/load/bench.py "$@"
