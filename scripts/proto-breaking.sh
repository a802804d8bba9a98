#!/usr/bin/env bash
# Fails where proto/ breaks what clients of the base rely on: scripts/proto-breaking.sh [commit]
# Without a commit: where this branch left main (origin/main where there is no main). Exit 77, which
# ctest shows as skipped, where there is nothing to compare with.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

skip() {
  echo "proto-breaking: SKIPPED: $1" >&2
  exit 77
}

find_base() {
  local branch
  for branch in main origin/main; do
    git merge-base HEAD "$branch" 2>/dev/null && return
  done
}

git rev-parse --git-dir >/dev/null 2>&1 || skip "this is no git checkout"
base=${1:-$(find_base || true)}
[[ -n $base ]] || skip "neither main nor origin/main has a commit to compare with"
git cat-file -e "$base:proto/buf.yaml" 2>/dev/null || skip "$base has no proto/buf.yaml yet"

# A checkout of its own, because the links in proto/third_party lead to tools/node_modules.
before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT
git archive "$base" proto | tar -x -C "$before"
mkdir "$before/tools"
ln -s "$PWD/tools/node_modules" "$before/tools/node_modules"

cd proto
../tools/buf breaking --against "$before/proto"
echo "proto-breaking: compatible with $base"
