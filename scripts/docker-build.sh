#!/usr/bin/env bash
# Builds the images: one per service, the sandbox provider, souk (all in one process, and the command
# line), and the pages of web-ui; beside each, in build/PRESET/sbom, what it is made of (CycloneDX).
#   scripts/docker-build.sh [--compile] [--push] [PROGRAM...]
# Takes the programs that scripts/build.sh has made, or compiles inside the image with --compile.
# PRESET (dist), REGISTRY (souk) and TAG (latest) choose what is built and how it is called; DOCKER
# the client, DOCKER_BUILD_OPTIONS (e.g. --network=host) more of its options. The same sources make
# the same layers: every file is as old as SOURCE_DATE_EPOCH, the last commit where it is not set.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly preset=${PRESET:-dist} registry=${REGISTRY:-souk} tag=${TAG:-latest}
readonly docker=${DOCKER:-docker} prebuilt=build/$preset/image sboms=build/$preset/sbom
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
export SOURCE_DATE_EPOCH

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

# What the image is made of, where it looks for it.
provide() {
  mkdir -p "$prebuilt"
  if [[ $1 == web-ui ]]; then
    rm -rf "$prebuilt/web-ui"
    cp -r "build/$preset/share/souk/web-ui" "$prebuilt/web-ui"
  else
    llvm-strip-19 -o "$prebuilt/$1" "build/$preset/bin/$1"
  fi
}

# The image has no program that reads files: the engine copies the list out of it.
write_sbom() {
  local name=$1 image=$2 container
  mkdir -p "$sboms"
  container=$("$docker" create "$image" none)
  "$docker" cp "$container:/app/packages.txt" "$sboms/$name.packages.txt" >/dev/null
  "$docker" rm "$container" >/dev/null
  node scripts/sbom.mjs --name "$registry/$name" --version "$tag" \
    --packages "$sboms/$name.packages.txt" "${@:3}" >"$sboms/$name.cdx.json"
}

build() {
  local name=$1 dockerfile=$2 image=$registry/$1:$tag
  local -a contents=(--embedded scripts/embedded.txt)
  [[ $name != web-ui ]] || contents=(--npm-lock web-ui/package-lock.json)
  [[ $target == compiled ]] || provide "$name"
  "$docker" build --quiet --target "$target" --file "$dockerfile" --build-arg PRESET="$preset" \
    --build-arg SOURCE_DATE_EPOCH="$SOURCE_DATE_EPOCH" "${options[@]}" --tag "$image" . >/dev/null
  write_sbom "$name" "$image" "${contents[@]}"
  "$docker" image inspect -f '{{index .RepoTags 0}} {{.Size}}' "$image" |
    awk '{printf "%-40s %6.1f MB\n", $1, $2 / 1e6}'
  [[ -z $push ]] || "$docker" push "$image"
}

while read -r name dockerfile; do
  [[ $# -eq 0 || " $* " == *" $name "* ]] || continue
  build "$name" "$dockerfile"
done < <(scripts/dockerfiles.py --list; echo web-ui web-ui/Dockerfile)
