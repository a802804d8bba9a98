#!/usr/bin/env bash
# Prints the naive checkout limit of a PostgreSQL server, in orders per second: pgbench running
# naive_checkout.sql, without service, HTTP or payment provider.
#   yardstick.sh [SECONDS] [CLIENTS]    PGHOST, PGPORT and PGUSER say which server
# Makes and drops a database of its own.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
seconds=${1:-10} clients=${2:-32} database=yardstick_$$

createdb "$database"
trap 'dropdb --force "$database"' EXIT
psql -qX -v ON_ERROR_STOP=1 -f "$here/naive_schema.sql" "$database"
pgbench -n -M prepared -f "$here/naive_checkout.sql" -c "$clients" -j 2 -T "$seconds" "$database" \
  2>/dev/null | sed -n 's/^tps = \([0-9.]*\).*/\1/p'
