#!/usr/bin/env bash
# Checks the protocol definitions and writes the messages and stubs that proto/buf.gen.yaml names to
# build/proto, to look at or for other languages. The build generates its own and needs none of this.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../proto"

../tools/buf lint
rm -rf ../build/proto
mkdir -p ../build/proto
../tools/buf generate --output ../build/proto
echo "build/proto: $(find ../build/proto -type f | wc -l) files"
