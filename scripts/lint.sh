#!/usr/bin/env bash
# Everything that can be said about the sources without running them: formatting, clang-tidy, the
# protocol definitions, shell scripts, the house rules. Runs all of them, then fails if one did.
#   scripts/lint.sh             look
#   scripts/lint.sh --format    lay the sources out (clang-format, buf format) instead of looking
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly own=(pkg services api-gateway apps tests)
mapfile -t sources < <(find "${own[@]}" -name node_modules -prune -o -type f \
  \( -name '*.cpp' -o -name '*.hpp' \) -print)

if [[ ${1-} == --format ]]; then
  clang-format-19 -i "${sources[@]}"
  tools/buf format proto --write
  exit
fi

failed=()
step() {
  echo "== $1"
  "${@:2}" || failed+=("$1")
}

# A failure inside a step does not end it (bash's -e is off left of ||), hence the &&.
clang_tidy() {
  # It reads the precompiled header and the generated files.
  scripts/build.sh lint souk_proto_messages souk_pch souk_test_pch && python3 scripts/clang_tidy.py
}

protos() {
  tools/buf lint proto && tools/buf format proto --diff --exit-code
}

step clang-format clang-format-19 --dry-run -Werror "${sources[@]}"
step protos protos
step shellcheck shellcheck scripts/*.sh tools/buf .ci/run
step tidy python3 tests/tidy/tidy.py
step clang-tidy clang_tidy

if [[ ${#failed[@]} -gt 0 ]]; then
  echo "lint: failed: ${failed[*]}" >&2
  exit 1
fi
echo "lint: clean"
