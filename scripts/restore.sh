#!/usr/bin/env bash
# Brings back what scripts/backup.sh has taken, up to a moment or to the last that was written down.
#   scripts/restore.sh [--from FOLDER] [--into DATA] [--time '2026-11-23 02:00:00+00']
# DATA is the data folder of a server that does not run (SOUK_DATA_DIR/postgres/data). What is in it
# is moved aside, not deleted. When this returns, the server can be started as ever. All databases
# go back together.
set -euo pipefail

usage() {
  sed -n '2,/^set /{s/^# \{0,1\}//p}' "$0" >&2
  exit 2
}

fail() {
  echo "restore: $1" >&2
  exit 1
}

home=${SOUK_DATA_DIR:-var}
folder=$home/backup target=$home/postgres/data moment=''
while [[ $# -gt 0 ]]; do
  [[ $# -ge 2 ]] || usage
  case $1 in
    --from) folder=$2 ;;
    --into) target=$2 ;;
    --time) moment=$2 ;;
    *) usage ;;
  esac
  shift 2
done
folder=$(realpath -e "$folder") || fail "there is no folder $folder"
parent=$(realpath -m "$(dirname "$target")")
target=$parent/$(basename "$target")

if [[ -r $target/postmaster.pid ]]; then
  pid=$(head -1 "$target/postmaster.pid")
  [[ $(cat "/proc/$pid/comm" 2>/dev/null) != postgres ]] ||
    fail "a server (process $pid) runs in $target"
fi

# The newest copy that was whole by then.
latest=99999999T999999Z
if [[ -n $moment ]]; then
  latest=$(date -u -d "$moment" +%Y%m%dT%H%M%SZ) || fail "$moment is no time"
fi
base=
for candidate in "$folder"/base/2*; do
  [[ ! -d $candidate || $(basename "$candidate") > $latest ]] || base=$candidate
done
[[ -n $base && -d $base ]] || fail "no backup in $folder${moment:+ from before $moment}"

programs=/usr/lib/postgresql/$(cat "$base/PG_VERSION")/bin
[[ -x $programs/postgres ]] || fail "PostgreSQL $(cat "$base/PG_VERSION") is not installed"
as_server=()
if [[ $EUID -eq 0 ]]; then # PostgreSQL refuses to run as root
  as_server=(setpriv --reuid=postgres --regid=postgres --init-groups)
fi

mkdir -p "$parent"
fresh=$target.restoring
sockets=$(mktemp -d)
server=
finish() {
  if [[ -n $server ]] && kill -QUIT "$server" 2>/dev/null; then wait "$server" || true; fi
  rm -rf "$fresh" "$sockets"
}
trap finish EXIT
rm -rf "$fresh"
cp -a "$base" "$fresh"
# The log, under the names that recovery asks for; the piece that was being written is part of it.
mkdir "$fresh/restore_wal"
for piece in "$folder"/wal/*; do
  [[ -f $piece ]] || continue
  name=$(basename "$piece" .partial)
  [[ $piece == *.partial && -e $folder/wal/$name ]] || cp "$piece" "$fresh/restore_wal/$name"
done
touch "$fresh/recovery.signal"
chmod 700 "$fresh"
[[ $EUID -ne 0 ]] || chown -R postgres:postgres "$fresh" "$sockets"

# Without hot_standby it answers only once recovery is over; until then nobody else can reach it.
cd "$parent"
settings=(-c port=5432 -c "listen_addresses=" -c "unix_socket_directories=$sockets"
  -c hot_standby=off -c log_timezone=UTC
  -c "restore_command=cp restore_wal/%f %p" -c recovery_target_action=promote)
if [[ -n $moment ]]; then
  settings+=(-c "recovery_target_time=$(date -u -d "$moment" '+%F %T.%6N+00')")
fi
"${as_server[@]}" "$programs/postgres" -D "$fresh" "${settings[@]}" >"$sockets/log" 2>&1 &
server=$!
until "$programs/pg_isready" -q -h "$sockets" -p 5432; do
  if ! kill -0 "$server" 2>/dev/null; then
    tail -5 "$sockets/log" >&2
    fail 'recovery failed; nothing was changed'
  fi
  sleep 0.2
done
kill -INT "$server"
wait "$server"
reached=$(sed -n 's/.*last completed transaction was at log time //p' "$sockets/log" | tail -1)
rm -rf "$fresh/restore_wal"

if [[ -e $target ]]; then
  aside=$target.replaced-$(date -u +%Y%m%dT%H%M%SZ)
  mv "$target" "$aside"
  echo "restore: what was there is now $aside"
fi
mv "$fresh" "$target"
[[ $EUID -ne 0 ]] || chown postgres:postgres "$parent"
echo "restore: $(basename "$base")${reached:+, last transaction $reached}"
echo 'restore: take a new base backup once it runs'
