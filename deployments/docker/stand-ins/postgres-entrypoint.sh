#!/bin/bash
# An empty folder becomes a cluster, and is prepared by the scripts of /docker-entrypoint-initdb.d.
set -euo pipefail
user=${POSTGRES_USER:-postgres}
if [[ ! -s $PGDATA/PG_VERSION ]]; then
  initdb -U "$user" --pwfile=<(printf '%s' "$POSTGRES_PASSWORD") \
    -A scram-sha-256 --auth-local=trust -E UTF8 --locale=C.UTF-8 >/dev/null
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  pg_ctl -w -s -o '-c listen_addresses=' start
  for script in /docker-entrypoint-initdb.d/*.sh; do [[ ! -f $script ]] || bash "$script"; done
  pg_ctl -w -s -m fast stop
fi
exec "$@" -c listen_addresses='*'
