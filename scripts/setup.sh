#!/usr/bin/env bash
# Installs what Souk needs on Debian 12: the packages of packages.txt, Node.js with npm (whatever is
# there already is taken), and the tools of tools/package.json. Needs root or sudo; asks nothing;
# starts no system service. Running it again changes nothing.
#
#   scripts/setup.sh [--bench|--docker|--plots]           install what is missing (also for make bench,
#                                                         test-compose, load-test and dashboards)
#   scripts/setup.sh [--bench|--docker|--plots] --check   exit 0 if nothing is missing, else name it and exit 1
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly policy=/usr/sbin/policy-rc.d
readonly cluster_config=/etc/postgresql-common/createcluster.d/souk-setup.conf
readonly tools_stamp=tools/node_modules/.souk-installed
package_lists=(scripts/packages.txt)

missing_packages() {
  local wanted installed
  wanted=$(sed 's/#.*//; /^[[:space:]]*$/d' "${package_lists[@]}" | sort -u)
  # shellcheck disable=SC2086  # one argument per package
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' $wanted 2>/dev/null |
    sed -n 's/^installed //p' | sort -u) || true
  comm -23 <(printf '%s\n' "$wanted") <(printf '%s\n' "$installed")
  # Another build of Node.js (NodeSource's brings its own npm) serves as well as Debian's.
  command -v node >/dev/null || echo nodejs
  command -v npm >/dev/null || echo npm
}

tools_are_installed() { cmp -s tools/package-lock.json "$tools_stamp"; }

check() {
  local packages
  packages=$(missing_packages)
  [[ -z $packages ]] || echo "missing packages: ${packages//$'\n'/ }"
  tools_are_installed || echo "missing: the npm tools of tools/package.json"
  [[ -z $packages ]] && tools_are_installed
}

as_root() {
  if [[ $EUID -eq 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo -- "$@"
  else
    echo "setup: needs root (or sudo) to run: $*" >&2
    return 1
  fi
}

# While packages are installed, nothing may start a service, nor may PostgreSQL make a cluster that
# would start with the next boot. What this script puts in place, it takes away again.
created=()
restore() {
  local i
  for ((i = ${#created[@]} - 1; i >= 0; i--)); do as_root rm -df "${created[i]}"; done
}
trap restore EXIT

hold_back_services() {
  if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    created+=("$policy")
    as_root chmod 755 "$policy"
  fi
  if [[ ! -d ${cluster_config%/*} ]]; then
    as_root mkdir -p "${cluster_config%/*}"
    created+=("${cluster_config%/*}")
  fi
  echo 'create_main_cluster = false' | as_root tee "$cluster_config" >/dev/null
  created+=("$cluster_config")
}

apt() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@"
}

install_packages() {
  if ! command -v apt-get >/dev/null; then
    echo "setup: this is no Debian system; install by hand: $*" >&2
    return 1
  fi
  hold_back_services
  # Lists older than a day may name versions that the mirror no longer has.
  local updated=
  if [[ -z $(find /var/lib/apt/lists -name '*Packages*' -mtime -1 -print -quit 2>/dev/null) ]]; then
    apt update
    updated=yes
  fi
  apt install -y --no-install-recommends "$@" && return
  [[ -z $updated ]] || return 1
  apt update
  apt install -y --no-install-recommends "$@"
}

install_tools() {
  # Node.js knows only the certificate authorities it was built with; the machine may have its own.
  local authorities=/etc/ssl/certs/ca-certificates.crt
  [[ ! -r $authorities ]] || export NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-$authorities}
  npm ci --prefix tools --ignore-scripts --no-audit --no-fund --loglevel=error
  tools/buf --version >/dev/null # an optional dependency, so npm says nothing where it is absent
  cp tools/package-lock.json "$tools_stamp"
}

if [[ ${1-} =~ ^--(bench|docker|plots)$ ]]; then
  package_lists+=("scripts/packages-${1#--}.txt")
  shift
fi
case ${1-} in
  --check) check; exit ;;
  '') ;;
  *) sed -n '2,/^set /{s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
esac

mapfile -t packages < <(missing_packages)
[[ ${#packages[@]} -eq 0 ]] || install_packages "${packages[@]}"
tools_are_installed || install_tools
check
