#!/usr/bin/env bash
# Installs the Debian packages of deploy/packages.txt that are missing. Arguments: the groups wanted (build, test).
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)

missing=()
for group in "$@"; do
  while read -r name; do
    dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null | grep -qx installed || missing+=("$name")
  done < <(awk -v group="$group" '$1 == group { print $2 }' "$here/deploy/packages.txt")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "missing packages: ${missing[*]}; run this as root or install sudo" >&2; exit 1; }
  as_root=(sudo)
fi
echo "installing: ${missing[*]}" >&2
log=$(mktemp)
# Servers that come as test tools must not start by themselves (policy-rc.d, Debian policy 9.3.3).
guard=/usr/sbin/policy-rc.d
made_guard=
if [ ! -e "$guard" ]; then
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$guard" >/dev/null && "${as_root[@]}" chmod 755 "$guard"
  made_guard=yes
fi
status=0
{ "${as_root[@]}" apt-get update &&
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } \
  >"$log" 2>&1 || status=$?
[ -z "$made_guard" ] || "${as_root[@]}" rm -f "$guard"
if [ $status -ne 0 ]; then
  tail -n 20 "$log" >&2
  echo "apt-get failed; the whole log is $log" >&2
  exit 1
fi
rm -f "$log"
