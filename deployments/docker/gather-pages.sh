#!/bin/bash
# Makes OUT the root of the web-ui image: PAGES, and what puts them into /shared. Run inside an image
# build:   SOURCE_DATE_EPOCH=seconds gather-pages.sh PAGES OUT
set -euo pipefail
pages=$1 out=$2

mkdir -p "$out/bin" "$out/app"
# A volume takes its owner from the folder that it is mounted over.
install -d -o 10001 -g 10001 "$out/shared"
cp -r "$pages" "$out/web-ui"
chmod -R a+rX "$out/web-ui"
cp /bin/busybox "$out/bin/"
cat >"$out/bin/publish" <<'END'
# Pages of an older version go; the gateway that runs has its own in memory.
set -eu
/bin/busybox rm -rf /shared/*
/bin/busybox cp -r /web-ui/. /shared/
echo "the pages are in place"
END
dpkg-query -W -f "\${Package} \${Version} \${Architecture}\n" busybox-static >"$out/app/packages.txt"
find "$out" -exec touch -h -d "@${SOURCE_DATE_EPOCH:-0}" {} +
