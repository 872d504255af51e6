#!/usr/bin/env bash
# cmake --install lays things where the unit, Prometheus and Grafana look for them.   install_test.sh BUILD_DIRECTORY
set -euo pipefail
build=$1
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
fault() { echo "FAULT: $*"; (cd "$root" && find . -type f | sort); exit 1; }

DESTDIR="$root" cmake --install "$build" --prefix /usr >"$root.log" 2>&1 || { cat "$root.log"; exit 1; }
rm -f "$root.log"
for file in usr/bin/xuncha usr/lib/systemd/system/xunchad.service usr/lib/sysusers.d/xuncha.conf usr/lib/tmpfiles.d/xuncha.conf \
  etc/xuncha/xuncha.yml etc/default/xunchad usr/share/xuncha/prometheus/rules/xuncha.yml \
  usr/share/xuncha/alertmanager/alertmanager.yml usr/share/xuncha/dashboards/xuncha-fleet.json \
  usr/share/xuncha/grafana/provisioning/dashboards/xuncha.yml usr/share/doc/xuncha/OPERATIONS.md; do
  [ -s "$root/$file" ] || fault "$file is missing"
done
for program in xuncha xunchad; do
  [ -x "$root/usr/bin/$program" ] || fault "$program is missing"
done
# The provider of the dashboards looks where they are.
grep -q "path: /usr/share/xuncha/dashboards" "$root/usr/share/xuncha/grafana/provisioning/dashboards/xuncha.yml" || fault "provider's path"
grep -q "^ExecStart=/usr/bin/xunchad " "$root/usr/lib/systemd/system/xunchad.service" || fault "ExecStart"
! find "$root" -perm -o+w -not -type l | grep . || fault "writable by everybody"
echo "$(find "$root" -type f | wc -l) files where they belong"
