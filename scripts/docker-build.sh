#!/usr/bin/env bash
# Builds the images: one per service, the sandbox provider, and souk (all in one process, and the
# command line).
#   scripts/docker-build.sh [--compile] [--push] [PROGRAM...]
# Takes the programs that scripts/build.sh has made, or compiles inside the image with --compile.
# PRESET (dist), REGISTRY (souk) and TAG (latest) choose what is built and how it is called; DOCKER
# the client, DOCKER_BUILD_OPTIONS (e.g. --network=host) more of its options.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly preset=${PRESET:-dist} registry=${REGISTRY:-souk} tag=${TAG:-latest}
readonly docker=${DOCKER:-docker}
# Program and operations port, as its main() has it.
readonly programs=(api-gateway:9080 user-service:9081 product-service:9082 order-service:9083
  payment-service:9084 inventory-service:9085 notification-service:9086 sandbox-provider:9180
  souk:9080)

read -ra options <<<"${DOCKER_BUILD_OPTIONS-}"
target=prebuilt push=
while [[ ${1-} == --* ]]; do
  case $1 in
    --compile) target=compiled ;;
    --push) push=yes ;;
    *) sed -n '2,/^set /{s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
  esac
  shift
done

build() {
  local program=$1 port=$2 image=$registry/$1:$tag
  if [[ $target == prebuilt ]]; then
    mkdir -p "build/$preset/image"
    llvm-strip-19 -o "build/$preset/image/$program" "build/$preset/bin/$program"
  fi
  "$docker" build --quiet --target "$target" --file deployments/docker/Dockerfile.template \
    --build-arg PROGRAM="$program" --build-arg OPS_PORT="$port" --build-arg PRESET="$preset" \
    "${options[@]}" --tag "$image" . >/dev/null
  "$docker" image inspect -f '{{index .RepoTags 0}} {{.Size}}' "$image" |
    awk '{printf "%-40s %6.1f MB\n", $1, $2 / 1e6}'
  [[ -z $push ]] || "$docker" push "$image"
}

for entry in "${programs[@]}"; do
  program=${entry%:*}
  [[ $# -eq 0 || " $* " == *" $program "* ]] || continue
  build "$program" "${entry#*:}"
done
