#!/usr/bin/env bash
# Is the service unit sound and tight? Offline: nothing is started.
set -euo pipefail
cd "$(dirname "$0")/../.."
unit=deploy/systemd/xunchad.service
exposure_max=20 # of 100: 2.0 as systemd-analyze prints it

command -v systemd-analyze >/dev/null || { echo "skipped: systemd-analyze is not installed"; exit 77; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
fault() { echo "FAULT: $*"; exit 1; }

systemd-analyze security --offline=yes --threshold="$exposure_max" "$unit" >"$scratch/security" 2>&1 || {
  cat "$scratch/security"
  fault "exposed more than $exposure_max"
}
tail -n 1 "$scratch/security"

# The programs need not be installed here: the same unit with a program that is.
sed -e 's|/usr/bin/xunchad|/bin/true|' "$unit" >"$scratch/xunchad.service"
systemd-analyze verify --man=no "$scratch/xunchad.service" >"$scratch/verify" 2>&1 || { cat "$scratch/verify"; fault "systemd-analyze verify"; }
! grep -q "xunchad.service" "$scratch/verify" || { cat "$scratch/verify"; fault "systemd-analyze verify warns"; }

# What verify does not know.
has() { grep -qxF -- "$1" "$unit" || fault "$unit lacks: $1"; }
has "Type=notify"
has "NotifyAccess=main"
has "WatchdogSec=60"
has "Restart=on-failure"
has "RestartPreventExitStatus=78 2"
has "StartLimitIntervalSec=0"
has "StateDirectory=xuncha"
has "ReadOnlyPaths=%E/xuncha" # ConfigurationDirectory= alone leaves it writable
! grep -E '^ExecReload=.*(/bin/kill|pkill)' "$unit" || fault "procps need not be installed"
! grep -Ei '^[^#]*(password|secret|token)=' "$unit" || fault "a secret in the unit"

if command -v systemd-sysusers >/dev/null; then
  mkdir -p "$scratch/root/etc"
  systemd-sysusers --root="$scratch/root" "$PWD/deploy/sysusers.d/xuncha.conf" || fault "systemd-sysusers"
  grep -q '^xuncha:.*:/usr/sbin/nologin$' "$scratch/root/etc/passwd" || fault "no user xuncha"
fi
if command -v systemd-tmpfiles >/dev/null && [ -f "$scratch/root/etc/passwd" ] && [ "$(id -u)" -eq 0 ]; then
  cp "$PWD/deploy/tmpfiles.d/xuncha.conf" "$scratch/root/etc/tmpfiles.conf"
  systemd-tmpfiles --root="$scratch/root" --create "$PWD/deploy/tmpfiles.d/xuncha.conf" || fault "systemd-tmpfiles"
  [ "$(stat -c %a "$scratch/root/var/lib/xuncha")" = 750 ] || fault "the state directory's mode"
fi
echo "the unit is sound"
