#!/bin/bash
# Copies into OUT what PROGRAM needs to run and nothing else: its libraries, certificates, fonts where
# it draws text, the user, and bash for the health check. Run inside an image build:
#   SOURCE_DATE_EPOCH=seconds gather.sh PROGRAM OUT
set -euo pipefail
program=$1 out=$2

if ldd "$program" | grep 'not found'; then
  echo "the image has not every library of $program: add it to Dockerfile.template" >&2
  exit 1
fi
packages=(bash ca-certificates)
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
cp /healthcheck.sh "$out/app/healthcheck"
cp /etc/ssl/certs/ca-certificates.crt "$out/etc/ssl/certs/"
cp /etc/{passwd,group,nsswitch.conf,os-release} "$out/etc/"
install -d -o 10001 -g 10001 -m 700 "$out/var/lib/souk"

# Who draws invoices itself (libvips' own use of Pango does not count): without fonts a PDF has no letters.
if grep -q libpangocairo "$program"; then
  mkdir -p "$out"/usr/share/fonts/truetype/noto
  cp -a /etc/fonts "$out/etc/"
  cp -a /usr/share/fontconfig "$out/usr/share/"
  cp /usr/share/fonts/truetype/noto/NotoSans*-{Regular,Bold}.ttf "$out/usr/share/fonts/truetype/noto/"
  rm "$out"/usr/share/fonts/truetype/noto/NotoSans{SignWriting,Cuneiform,EgyptianHieroglyphs}-*.ttf
  cp -L /usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf "$out/usr/share/fonts/truetype/"
  packages+=(fontconfig-config fonts-droid-fallback fonts-noto-core)
fi

# What is in here, for whoever asks about a vulnerability: package, version and architecture.
{
  printf '%s\n' "${packages[@]}"
  find "$out/usr" -name '*.so*' -printf '/usr/%P\n' | while read -r library; do
    { dpkg-query -S "$library" "${library#/usr}" "$(realpath "$library")" 2>/dev/null || true; } |
      sed -n '1s/:.*//p'
  done
} | sort -u | while read -r package; do
  dpkg-query -W -f "\${Package} \${Version} \${Architecture}\n" "$package"
done >"$out/app/packages.txt"

# The same content, the same layer.
find "$out" -exec touch -h -d "@${SOURCE_DATE_EPOCH:-0}" {} +
