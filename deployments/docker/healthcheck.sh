#!/bin/bash
# Healthy is what is ready for work. In bash alone: the image has no HTTP client.   healthcheck
# [PATH]
set -euo pipefail
exec 3<>"/dev/tcp/127.0.0.1/${OPS_PORT:?}"
printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "${1-/readyz}" >&3
read -r _ status _ <&3
[[ $status == 200 ]]
