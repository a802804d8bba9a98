#!/usr/bin/env bash
# Builds with instrumentation, runs every test, and says how much of pkg/ and services/ they reach:
# our own code only, neither tests nor what is generated. Fails under the mark, or if a test fails.
# The table goes to build/coverage/coverage.txt, the lines themselves to build/coverage/html.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly mark=80 # percent of lines
readonly build=build/coverage
readonly profiles=$build/profiles

rm -rf "$profiles"
# Eight files that the processes merge into as they end: hundreds of processes, one file each, would
# fill the disk.
LLVM_PROFILE_FILE=$PWD/$profiles/%8m.profraw scripts/test.sh --preset coverage

# A process that was killed as a part of a test may leave half a profile: only all bad is an error.
llvm-profdata-19 merge --failure-mode=all --sparse "$profiles"/*.profraw -o "$build/souk.profdata"

programs=()
for program in "$build"/bin/*; do
  [[ ! -x $program || -d $program ]] || programs+=(--object "$program")
done
options=("${programs[@]:1}" --instr-profile "$build/souk.profdata"
  --ignore-filename-regex '/(tests|testing)/' --sources "$PWD/pkg" "$PWD/services")

llvm-cov-19 report "${options[@]}" --show-region-summary=0 --show-branch-summary=0 |
  sed "s|$PWD/||" | tee "$build/coverage.txt"
llvm-cov-19 show "${options[@]}" --format html --output-dir "$build/html"
llvm-cov-19 export "${options[@]}" --summary-only | python3 -c "
import json, sys
percent = json.load(sys.stdin)['data'][0]['totals']['lines']['percent']
print(f'{percent:.1f} % of lines (the mark is $mark %)')
sys.exit(percent < $mark)"
