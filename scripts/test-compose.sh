#!/usr/bin/env bash
# Builds the images, starts docker-compose.yml and buys in it (tests/compose). Takes the Docker
# engine that runs; where none does, root gets one of its own under build/docker, which ends with
# the test. PRESET (dist) chooses the build that the images are made of.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export PRESET=${PRESET:-dist} REGISTRY=souk-test TAG=$$
docker=${DOCKER:-docker}
[[ ! -x /usr/bin/docker ]] || docker=${DOCKER:-/usr/bin/docker}
export DOCKER=$docker DOCKER_BUILDKIT=${DOCKER_BUILDKIT:-0}

engine=
finish() {
  "$docker" image ls -q "souk-test/*:$$" | sort -u |
    xargs -r "$docker" image rm -f >/dev/null || true
  if [[ -n $engine ]]; then
    kill "$engine"
    wait "$engine" || true
  fi
}
trap finish EXIT

# With no rules of its own in this machine's firewall: containers reach each other and this machine,
# no further. So images are built on the machine's network.
start_engine() {
  local folder=$PWD/build/docker
  mkdir -p "$folder"
  export DOCKER_HOST=unix://$folder/socket DOCKER_BUILD_OPTIONS=--network=host
  dockerd --data-root "$folder/data" --exec-root "$folder/exec" --pidfile "$folder/pid" \
    --host "$DOCKER_HOST" --bridge none --iptables=false --ip-masq=false --ip-forward=false \
    >"$folder/log" 2>&1 &
  engine=$!
  for ((i = 0; i < 60; i++)); do
    ! "$docker" info >/dev/null 2>&1 || return 0
    sleep 1
  done
  tail -20 "$folder/log" >&2
  return 1
}

"$docker" info >/dev/null 2>&1 || start_engine
# What images hold, and no more: the tests of this build stay where they are.
# shellcheck disable=SC2046  # one argument per program
scripts/build.sh "$PRESET" web-ui $(scripts/dockerfiles.py --list | cut -d' ' -f1)
scripts/docker-stand-ins.sh
scripts/docker-build.sh
PYTHONDONTWRITEBYTECODE=1 python3 tests/compose/test_compose.py
