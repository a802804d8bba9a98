#!/usr/bin/env bash
# Backups of a PostgreSQL server with all its databases: whole copies (base) and, for any moment
# since the oldest of them, the log of what was written (wal). scripts/restore.sh brings one back.
#   scripts/backup.sh base [--url URL] [--to FOLDER] [--keep N]    a copy, checked; all but N (7) go
#   scripts/backup.sh wal  [--url URL] [--to FOLDER]               write the log down until SIGTERM
# Without a URL: the private server of SOUK_DATA_DIR (var), into its backup folder. A URL needs a
# login with REPLICATION. `wal` belongs into a service manager, on another machine than the
# server's.
set -euo pipefail

usage() {
  sed -n '2,/^set /{s/^# \{0,1\}//p}' "$0" >&2
  exit 2
}

readonly slot=souk_backup
data=${SOUK_DATA_DIR:-var}
what=${1-} url='' folder=$data/backup keep=7
[[ $what == base || $what == wal ]] || usage
shift
while [[ $# -gt 0 ]]; do
  [[ $# -ge 2 ]] || usage
  case $1 in
    --url) url=$2 ;;
    --to) folder=$2 ;;
    --keep) keep=$2 ;;
    *) usage ;;
  esac
  shift 2
done
[[ $keep =~ ^[1-9][0-9]*$ ]] || usage

programs=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -1)
if [[ -z $url ]]; then
  pid_file=$data/postgres/data/postmaster.pid
  if [[ ! -r $pid_file ]]; then
    echo "backup: no server runs in $data: start it, or name one with --url" >&2
    exit 1
  fi
  url="host=$(sed -n 5p "$pid_file") port=$(sed -n 4p "$pid_file") user=postgres"
fi
umask 077 # it holds everything about everybody
mkdir -p "$folder/base" "$folder/wal"

if [[ $what == wal ]]; then
  # The slot keeps what was not written down yet: nothing is missing after a pause, however long.
  "$programs/pg_receivewal" -d "$url" -D "$folder/wal" --slot "$slot" --create-slot --if-not-exists
  exec "$programs/pg_receivewal" -d "$url" -D "$folder/wal" --slot "$slot" --synchronous
fi

incoming=$folder/base/.incoming.$$
trap 'rm -rf "$incoming"' EXIT
"$programs/pg_basebackup" -d "$url" -D "$incoming" --checkpoint=fast --wal-method=stream
"$programs/pg_verifybackup" --quiet "$incoming"
# Named after the moment from which on it can be brought back.
name=$(date -u +%Y%m%dT%H%M%SZ)
mv "$incoming" "$folder/base/$name"
echo "backup: $folder/base/$name ($(du -sh "$folder/base/$name" | cut -f1))"

mapfile -t bases < <(cd "$folder/base" && printf '%s\n' 2* | sort -r)
for old in "${bases[@]:keep}"; do rm -rf "${folder:?}/base/$old"; done
oldest=$(cd "$folder/base" && printf '%s\n' 2* | sort | head -1)
label=$folder/base/$oldest/backup_label
first=$(sed -n 's/^START WAL LOCATION: .*(file \([0-9A-F]*\))$/\1/p' "$label")
"$programs/pg_archivecleanup" "$folder/wal" "$first"
