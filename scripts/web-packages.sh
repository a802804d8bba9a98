#!/usr/bin/env bash
# Installs the npm packages of web-ui as its lock file names them. Nothing to do where that was done.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../web-ui"

readonly stamp=node_modules/.souk-installed
if cmp -s package-lock.json "$stamp"; then exit; fi
# Node.js knows only the certificate authorities it was built with; the machine may have its own.
authorities=/etc/ssl/certs/ca-certificates.crt
[[ ! -r $authorities ]] || export NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-$authorities}
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
cp package-lock.json "$stamp"
