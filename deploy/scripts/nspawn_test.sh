#!/usr/bin/env bash
# Starts the service for real: boots a small Debian under systemd-nspawn, installs the package into it, and looks at the
# service from start to stop, with all its sandboxing. Needs root and the packages systemd-container and mmdebstrap.
#   nspawn_test.sh --build build [--work DIRECTORY]   a package of that build (cpack), up to its removal
#   nspawn_test.sh --toy [--work DIRECTORY]           a stand-in: is the unit itself right?
# The Debian tree (about 200 MB, a minute or two) is made once in the work directory (default /var/tmp/xuncha-nspawn).
# Exit 0: all checks passed; 1: one failed, the journal is printed; 77: a tool is missing.
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
build=
work=/var/tmp/xuncha-nspawn
while [ $# -gt 0 ]; do
  case $1 in
    --build) build=$(cd "$2" && pwd); shift 2 ;;
    --toy) build=; shift ;;
    --work) work=$2; shift 2 ;;
    *) sed -n '2,9p' "$0"; exit 2 ;;
  esac
done
[ "$(id -u)" -eq 0 ] || { echo "skipped: this needs root"; exit 77; }
for tool in systemd-nspawn mmdebstrap nsenter; do
  command -v $tool >/dev/null || { echo "skipped: $tool is not installed (packages systemd-container, mmdebstrap)"; exit 77; }
done
mkdir -p "$work"
work=$(cd "$work" && pwd)

# --- what is installed ------------------------------------------------------------------------------------------------
stage=$work/stage
rm -rf "$stage"
mkdir -p "$stage"
libraries=
if [ -n "$build" ]; then
  [ -x "$build/xunchad" ] || { echo "no $build/xunchad"; exit 1; }
  (cd "$build" && cpack -G DEB -B "$work/package") >"$work/cpack.log" 2>&1 || { tail -n 20 "$work/cpack.log"; exit 1; }
  cp "$work/package"/xuncha_*.deb "$stage/xuncha.deb"
  # The demonstration portal, so that there is something to patrol.
  if [ -x "$build/xuncha-portal" ] && [ -f "$here/tests/portals/demo/xuncha.yml" ]; then
    cp -a "$build/xuncha-portal" "$here/tests/portals/demo" "$stage/"
  fi
  # What it depends on goes into the tree, so that dpkg need not ask the network.
  libraries=$(dpkg-deb -f "$stage/xuncha.deb" Depends | sed -e 's/([^)]*)//g' -e 's/ //g'),libyaml-cpp0.7,libicu72,libssl3,zlib1g
else
  install -D -m 755 /dev/null "$stage/usr/bin/xunchad"
  g++ -std=c++20 -O1 -static -o "$stage/usr/bin/xunchad" "$here/tests/deploy/toy_daemon.cc"
  install -D -m 644 -t "$stage/usr/lib/systemd/system" "$here/deploy/systemd/xunchad.service"
  install -D -m 644 -t "$stage/usr/lib/sysusers.d" "$here/deploy/sysusers.d/xuncha.conf"
  install -D -m 644 -t "$stage/usr/lib/tmpfiles.d" "$here/deploy/tmpfiles.d/xuncha.conf"
  install -D -m 644 -t "$stage/etc/xuncha" "$here/deploy/config/xuncha.yml"
  install -D -m 644 "$here/deploy/config/xunchad.default" "$stage/etc/default/xunchad"
fi

# --- the tree -----------------------------------------------------------------------------------------------------------
packages=systemd,systemd-sysv,dbus,ca-certificates${libraries:+,$libraries}
has_all() { # a tree of an earlier run that has what is needed
  local installed
  installed=$(dpkg-query --admindir="$1/var/lib/dpkg" -W -f '${db:Status-Status},${Package},${Provides}\n' 2>/dev/null |
    sed -n 's/^installed,//p' | tr , '\n' | sed 's/(.*//; s/ //g')
  [ -z "$(tr , '\n' <<<"$packages" | grep -vxF -e "$installed")" ]
}
tree=$work/tree-$(printf %s "$packages" | sha256sum | cut -c1-12)
for earlier in "$work"/tree-*; do
  case $earlier in *.new) ;; *) ! has_all "$earlier" || tree=$earlier ;; esac
done
if [ ! -d "$tree" ]; then
  echo "making a Debian tree (once) ..."
  rm -rf "$tree.new"
  mmdebstrap --variant=minbase --dpkgopt=force-unsafe-io --include="$packages" bookworm "$tree.new" >"$work/mmdebstrap.log" 2>&1 || { tail -n 20 "$work/mmdebstrap.log"; exit 1; }
  mv "$tree.new" "$tree"
fi

# --- boot ---------------------------------------------------------------------------------------------------------------
systemd-nspawn -q --console=pipe -D "$tree" --volatile=overlay --register=no --keep-unit --private-network \
  --machine="xuncha$$" --bind-ro="$stage:/stage" -b >"$work/boot.log" 2>&1 </dev/null &
nspawn=$!
leader=
in_machine() { nsenter -t "$leader" -m -u -i -n -p -C -- env PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 "$@"; }
stop_machine() {
  [ -z "$leader" ] || in_machine systemctl poweroff --no-block >/dev/null 2>&1 || true
  for _ in $(seq 50); do kill -0 "$nspawn" 2>/dev/null || break; sleep 0.2; done
  kill -9 "$nspawn" 2>/dev/null || true
  wait "$nspawn" 2>/dev/null || true
}
trap stop_machine EXIT
failed() {
  echo "FAILED: $*"
  [ -z "$leader" ] || in_machine journalctl -u xunchad --no-pager -n 60 || true
  exit 1
}
passed() { echo "ok  $*"; }
# wait_for SECONDS COMMAND...: until it succeeds.
wait_for() {
  local tries=$(($1 * 10)); shift
  for _ in $(seq "$tries"); do "$@" && return 0; sleep 0.1; done
  return 1
}
# The machine's first process; for a moment at the start it is a helper that goes away, so it is asked for until the boot is over.
find_leader() { leader=$(pgrep -n -P "$nspawn" 2>/dev/null); [ -n "$leader" ]; }
is_booted() { find_leader || return 1; case $(in_machine systemctl is-system-running 2>/dev/null) in running | degraded) ;; *) return 1 ;; esac; }
property() { in_machine systemctl show -p "$1" --value xunchad; }
is_state() { [ "$(property ActiveState)/$(property SubState)" = "$1" ]; }
main_pid() { property MainPID; }
# Process ids of the machine's own namespace are of use inside only: everything about the process is asked there.
status_of_main() { in_machine sed -n "s/^$1:[[:space:]]*//p" "/proc/$(main_pid)/status"; }
is_ready() {
  in_machine bash -c 'exec 3<>/dev/tcp/127.0.0.1/9788 && printf "GET /-/ready HTTP/1.0\r\nHost: x\r\n\r\n" >&3 && head -n 1 <&3' 2>/dev/null | grep -q ' 200 '
}

wait_for 20 find_leader || { cat "$work/boot.log"; failed "the machine did not start"; }
wait_for 60 is_booted || { cat "$work/boot.log"; failed "the machine did not boot"; }
passed "booted: $(in_machine systemctl --version | head -n 1)"

# --- install, as the package does -----------------------------------------------------------------------------------------
if [ -n "$build" ]; then
  in_machine dpkg -i /stage/xuncha.deb >"$work/dpkg.log" 2>&1 || { cat "$work/dpkg.log"; failed "dpkg -i"; }
  is_state inactive/dead || failed "a first installation starts it"
else
  in_machine cp -a /stage/. /
  in_machine systemd-sysusers xuncha.conf 2>/dev/null
  in_machine systemd-tmpfiles --create xuncha.conf
fi
# The watchdog and the pause before a restart are shortened, so that the test need not wait for them.
in_machine mkdir -p /etc/systemd/system/xunchad.service.d
in_machine bash -c 'umask 077; echo hush >/etc/xuncha/smtp-password'
in_machine bash -c 'printf "[Service]\nWatchdogSec=4\nRestartSec=1\nLoadCredential=smtp-password:/etc/xuncha/smtp-password\n" \
  >/etc/systemd/system/xunchad.service.d/test.conf'
in_machine systemctl daemon-reload
in_machine systemd-analyze verify --man=no xunchad.service || failed "verify"
passed "installed; $(in_machine systemd-analyze security --no-pager xunchad.service | tail -n 1 | tr -d '→' | sed 's/^ *//')"

# --- start ----------------------------------------------------------------------------------------------------------------
in_machine systemctl start xunchad || failed "start"
is_state active/running || failed "not running: $(property ActiveState)"
is_ready || failed "/-/ready does not answer right after READY=1"
passed "started and ready; status: $(property StatusText)"
[ "$(in_machine stat -c '%U %a' /var/lib/xuncha)" = "xuncha 750" ] || failed "/var/lib/xuncha: $(in_machine stat -c '%U %a' /var/lib/xuncha)"
[ "$(in_machine stat -c %U "/proc/$(main_pid)")" = xuncha ] || failed "runs as $(in_machine stat -c %U "/proc/$(main_pid)")"
passed "runs as xuncha, its directory is its own"

# --- the sandbox holds, seen from the process's own namespaces ---------------------------------------------------------------
[ "$(status_of_main NoNewPrivs)" = 1 ] || failed "NoNewPrivs"
[ "$(status_of_main Seccomp)" = 2 ] || failed "no system call filter"
[ "$(status_of_main CapEff)$(status_of_main CapBnd)" = 00000000000000000000000000000000 ] || failed "capabilities $(status_of_main CapEff) $(status_of_main CapBnd)"
inside() { in_machine nsenter -t "$(main_pid)" -m -- "$@"; }
for place in /usr /etc /etc/xuncha /var /var/lib /boot /; do
  ! inside touch "$place/xuncha-was-here" 2>/dev/null || failed "$place can be written"
done
inside touch /var/lib/xuncha/.probe && inside rm /var/lib/xuncha/.probe || failed "the state directory cannot be written"
[ -z "$(inside ls -A /home 2>/dev/null)" ] || failed "/home is seen"
! inside test -e /proc/meminfo || failed "/proc is seen whole"
! inside test -e /dev/kmsg || failed "/dev is seen whole"
[ "$(in_machine cat "/proc/$(main_pid)/uid_map" | wc -l)" -ge 1 ] || failed "no uid map"
secret=/run/credentials/xunchad.service/smtp-password
[ "$(inside cat $secret)" = hush ] && [ "$(inside stat -c %a $secret)" = 400 ] || failed "the credential is not there, or not its own"
passed "no new privileges, no capabilities, filtered calls; writes to its directory only"

# --- reload -----------------------------------------------------------------------------------------------------------------
pid=$(main_pid)
in_machine bash -c 'printf "sites: [{home: \"http://portal.test/\"}]\n" >/etc/xuncha/xuncha.yml'
in_machine systemctl reload xunchad || failed "reload of a good configuration"
in_machine bash -c 'printf "sitez: []\n" >/etc/xuncha/xuncha.yml'
! in_machine systemctl reload xunchad 2>/dev/null || failed "reload of a bad configuration says nothing"
wait_for 10 is_state active/running || failed "a bad configuration stopped it"
in_machine bash -c "kill -HUP $pid"
sleep 1
[ "$(main_pid)" = "$pid" ] && is_ready || failed "a bad configuration by SIGHUP stopped it"
in_machine bash -c 'printf "sites: [{home: \"http://portal.test/\"}]\n" >/etc/xuncha/xuncha.yml'
in_machine systemctl reload xunchad || failed "reload after the bad one"
passed "reload: a good file is taken, a bad one refused aloud, the old one goes on"

# --- work: does the sandbox let it do what it is for? ---------------------------------------------------------------------------
# metric EXPRESSION: the sum of the samples whose lines match.
metric() {
  in_machine bash -c 'exec 3<>/dev/tcp/127.0.0.1/9788 && printf "GET /metrics HTTP/1.0\r\nHost: x\r\n\r\n" >&3 && cat <&3' 2>/dev/null |
    awk -v pattern="^$1" '$0 ~ pattern { sum += $NF } END { printf "%d\n", sum }'
}
has_worked() { [ "$(metric 'xuncha_fetches_total')" -ge 100 ] && [ "$(metric 'xuncha_findings[{].*state="(suspect|open)"')" -ge 5 ]; }
is_portal_ready() { in_machine grep -q '^ready' /root/portal.log 2>/dev/null; }
if [ -x "$stage/xuncha-portal" ]; then
  in_machine systemd-run -q --unit=portal -p StandardOutput=file:/root/portal.log \
    /stage/xuncha-portal /stage/demo/portal.yml --arguments /root/arguments --log /root/requests.jsonl
  wait_for 20 is_portal_ready || failed "the demonstration portal did not start"
  # Its certificates lie in /tmp, where the service has its own.
  in_machine bash -c 'cp "$(grep -A 1 -xe --cacert /root/arguments | tail -n 1)" /etc/xuncha/ca.pem && chmod 644 /etc/xuncha/ca.pem
    while read -r option && read -r value; do
      case $option in
        --cacert) printf "%s" "--cacert /etc/xuncha/ca.pem " ;;
        --connect | --dns | --allow-cidr) printf "%s" "$option $value " ;;
      esac
    done </root/arguments >/root/flags
    printf "ARGS=\"%s\"\n" "$(cat /root/flags)" >/etc/default/xunchad
    cp /stage/demo/xuncha.yml /etc/xuncha/xuncha.yml && chmod 644 /etc/xuncha/xuncha.yml'
  in_machine systemctl restart xunchad || failed "restart with the demonstration portal"
  wait_for 150 has_worked || failed "patrolled nothing: $(metric xuncha_fetches_total) fetches, $(metric 'xuncha_findings[{].*state="(suspect|open)"') findings"
  passed "patrols the demonstration portal: $(metric xuncha_fetches_total) requests, $(metric 'xuncha_findings[{].*state="(suspect|open)"') findings so far"
else
  echo "--  not looked at: a patrol of the demonstration portal"
fi

# --- death and hang -----------------------------------------------------------------------------------------------------------
is_new_and_running() { is_state active/running && [ "$(main_pid)" != "$pid" ] && [ "$(property NRestarts)" -ge "$restarts" ]; }
restarts=$(($(property NRestarts) + 1))
pid=$(main_pid)
in_machine bash -c "kill -KILL $pid"
wait_for 20 is_new_and_running || failed "not restarted after kill -9"
is_ready || failed "not ready after kill -9"
pid=$(main_pid)
restarts=$((restarts + 1))
in_machine bash -c "kill -STOP $pid"
wait_for 60 is_new_and_running || failed "the watchdog did not notice a hang"
in_machine journalctl -u xunchad --no-pager | grep -i watchdog >/dev/null || failed "no word of the watchdog in the journal"
passed "restarted after kill -9, and by the watchdog after a hang ($(property NRestarts) restarts)"

# --- stop, and what keeps it down ---------------------------------------------------------------------------------------------
begun=$(date +%s%N)
in_machine systemctl stop xunchad || failed "stop"
took=$((($(date +%s%N) - begun) / 1000000))
[ "$(property Result)" = success ] || failed "stop ended as $(property Result)"
[ "$took" -le 10000 ] || failed "stop took $took ms"
passed "stopped cleanly in $took ms"
in_machine bash -c 'printf "sitez: []\n" >/etc/xuncha/xuncha.yml'
before=$(property NRestarts)
! in_machine systemctl start xunchad 2>/dev/null || failed "started with a bad configuration"
sleep 2.5
is_state failed/failed || failed "a bad configuration leaves it $(property ActiveState)"
[ "$(property ExecMainStatus)" = 78 ] || failed "exit code $(property ExecMainStatus), not 78"
[ "$(property NRestarts)" -le "$before" ] || failed "a bad configuration is tried again and again"
passed "a bad configuration: exit 78, no restart"
if [ -n "$build" ]; then
  in_machine dpkg -r xuncha >"$work/dpkg.log" 2>&1 || { cat "$work/dpkg.log"; failed "dpkg -r"; }
  in_machine test -e /etc/xuncha/xuncha.yml -a -d /var/lib/xuncha || failed "removal takes configuration or store away"
  in_machine dpkg -P xuncha >"$work/dpkg.log" 2>&1 || { cat "$work/dpkg.log"; failed "dpkg -P"; }
  ! in_machine test -e /etc/xuncha/xuncha.yml -o -d /var/lib/xuncha || failed "purge leaves configuration or store behind"
  passed "removal keeps configuration and store, purge takes them"
fi
in_machine journalctl -u xunchad --no-pager -o cat | grep . >/dev/null || failed "nothing in the journal"
echo "all checks passed"
