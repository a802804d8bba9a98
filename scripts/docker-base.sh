#!/usr/bin/env bash
# Makes the base image debian:bookworm-slim from Debian packages, for machines that reach a Debian
# mirror and no container registry. Where a registry is at hand nobody needs this. Root, and
# debootstrap.
#   scripts/docker-base.sh [--if-missing]
# DEBIAN_MIRROR (http://deb.debian.org/debian) names another mirror, DOCKER another client.
set -euo pipefail

readonly image=debian:bookworm-slim
readonly mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
readonly security=${mirror%/debian}/debian-security
docker=${DOCKER:-docker}

if [[ ${1-} == --if-missing ]] && "$docker" image inspect "$image" >/dev/null 2>&1; then
  exit
fi

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root" # it becomes the image's /

debootstrap --variant=minbase --include=ca-certificates bookworm "$root" "$mirror" >/dev/null
cat >"$root/etc/apt/sources.list" <<END
deb $mirror bookworm main
deb $mirror bookworm-updates main
deb $security bookworm-security main
END
# What Debian's own slim image leaves out, too. Copyright files stay.
cat >"$root/etc/dpkg/dpkg.cfg.d/slim" <<'END'
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
path-exclude /usr/share/info/*
END
find "$root/usr/share/doc" -type f ! -name copyright -delete
find "$root/usr/share/doc" -depth -type d -empty -delete
rm -rf "$root"/usr/share/{locale,man,info}/* "$root"/var/lib/apt/lists/* \
  "$root"/var/cache/apt/archives/*.deb "$root"/var/cache/apt/*.bin "$root"/var/log/*.log \
  "$root"/etc/hostname "$root"/etc/resolv.conf
tar -C "$root" --numeric-owner -c . | "$docker" import -c 'CMD ["bash"]' - "$image" >/dev/null
"$docker" image inspect -f '{{index .RepoTags 0}}: {{.Size}} bytes' "$image"
