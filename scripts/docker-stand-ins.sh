#!/usr/bin/env bash
# Sees to it that the images of other people that `make test-compose` needs are there: from a
# registry, or, where none can be reached, built from Debian packages
# (deployments/docker/stand-ins). Prints which is which.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly docker=${DOCKER:-docker}
read -ra options <<<"${DOCKER_BUILD_OPTIONS-}"

has() { "$docker" image inspect "$1" >/dev/null 2>&1; }

if ! has debian:bookworm-slim &&
  ! timeout 60 "$docker" pull -q debian:bookworm-slim >/dev/null 2>&1; then
  scripts/docker-base.sh
fi
while read -r image name; do
  if has "$image"; then
    echo "$image: is there"
  elif timeout 60 "$docker" pull -q "$image" >/dev/null 2>&1; then
    echo "$image: pulled"
  else
    "$docker" build --quiet "${options[@]}" --tag "$image" \
      --file "deployments/docker/stand-ins/$name.Dockerfile" deployments/docker/stand-ins >/dev/null
    echo "$image: built from Debian packages"
  fi
done <<END
postgres:15 postgres
redis:7 redis
rabbitmq:3 rabbitmq
$(sed -nE 's/^ *image: (prom\/prometheus:.*)$/\1 prometheus/p
  s/^ *image: (.*\/(postgres|redis)[-_]exporter:.*)$/\1 \2-exporter/p' docker-compose.yml)
END
