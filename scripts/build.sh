#!/usr/bin/env bash
# Configures where needed, and builds: scripts/build.sh [preset] [target...]
# Presets: release (the default), debug (ASan + UBSan), tsan, coverage. Without targets: everything.
# What comes out stands in build/<preset>/bin.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

preset=${1:-release}
[[ $# -eq 0 ]] || shift
build=build/$preset

# A configuration that failed leaves a cache without build files.
[[ -f $build/build.ninja ]] || cmake --preset "$preset"
exec ninja -C "$build" "$@"
