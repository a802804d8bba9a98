#!/bin/bash
# Copies into OUT what PROGRAM needs to run and nothing else: its libraries, certificates, the user,
# and bash for the health check. Run inside an image build: gather.sh PROGRAM OUT
set -euo pipefail
program=$1 out=$2

if ldd "$program" | grep 'not found'; then
  echo "the image has not every library of $program: add it to Dockerfile.template" >&2
  exit 1
fi
for file in "$program" /bin/bash; do
  ldd "$file" | grep -oE '/[^ ]+\.so[^ ]*'
done | sort -u | while read -r library; do
  # Under the name that the loader looks for, with the content that it leads to. /lib is /usr/lib
  # here.
  install -D "$library" "$out/usr/${library#/usr/}"
done
mkdir -p "$out"/usr/{bin,lib,lib64} "$out"/{app,etc/ssl/certs,usr/share/zoneinfo,var/lib}
install -d -m 1777 "$out/tmp"
ln -s usr/bin usr/lib usr/lib64 "$out/"
cp /bin/bash "$out/usr/bin/"
cp "$program" "$out/app/program"
cp /etc/ssl/certs/ca-certificates.crt "$out/etc/ssl/certs/"
cp /etc/{passwd,group,nsswitch.conf,os-release} "$out/etc/"
install -d -o 10001 -g 10001 -m 700 "$out/var/lib/souk"
# What is in here, for whoever asks about a vulnerability: package and version of each library.
find "$out/usr" -name '*.so*' -printf '/usr/%P\n' | while read -r library; do
  { dpkg-query -S "$library" "${library#/usr}" "$(realpath "$library")" 2>/dev/null || true; } |
    sed -n '1s/:.*//p'
done | sort -u | while read -r package; do
  dpkg-query -W -f "\${Package} \${Version}\n" "$package"
done >"$out/app/packages.txt"
