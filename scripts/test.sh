#!/usr/bin/env bash
# Runs the tests of a built preset: scripts/test.sh [--preset P] [--label L]... [--no-build]
# Builds first; several labels mean any of them (ctest --print-labels lists them). The last line is
# "N passed, N failed[, N skipped]", counted in single test cases; exit 0 only if none failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

preset=release
labels=()
build_first=yes
while [[ $# -gt 0 ]]; do
  case $1 in
    --preset) preset=$2; shift 2 ;;
    --label) labels+=("$2"); shift 2 ;;
    --no-build) build_first=; shift ;;
    *) sed -n '2,/^set /{s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
  esac
done

[[ -z $build_first ]] || scripts/build.sh "$preset"

# Tests wait more than they compute: two at once even on one core. More than four fight over fsync.
jobs=$(nproc)
((jobs >= 2)) || jobs=2
((jobs <= 4)) || jobs=4

report=build/$preset/tests.xml
rm -f "$report"
arguments=(--test-dir "build/$preset" --parallel "$jobs" --output-junit tests.xml
  --test-output-size-passed 10000000 --test-output-size-failed 10000000)
if [[ ${#labels[@]} -gt 0 ]]; then
  wanted=$(IFS='|'; echo "${labels[*]}")
  arguments+=(--label-regex "^($wanted)\$")
fi

export UBSAN_OPTIONS=print_stacktrace=1
export LSAN_OPTIONS="print_suppressions=0 suppressions=$PWD/scripts/lsan.supp"
# Debian's gRPC and protobuf are not instrumented: what happens inside them is not ours to judge.
export TSAN_OPTIONS="ignore_noninstrumented_modules=1 suppressions=$PWD/scripts/tsan.supp"

outcome=0
ctest "${arguments[@]}" </dev/null || outcome=$?
python3 scripts/test_report.py "build/$preset/tests.xml" --exit-code "$outcome"
