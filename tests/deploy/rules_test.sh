#!/usr/bin/env bash
# Prometheus' and Alertmanager's own checks, and the unit tests of the alerts.
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v promtool >/dev/null || { echo "skipped: promtool (package prometheus) is not installed"; exit 77; }

promtool check config deploy/prometheus/prometheus.yml
promtool check rules deploy/prometheus/rules/xuncha.yml
promtool test rules tests/deploy/alerts_*_test.yml
if command -v amtool >/dev/null; then
  amtool check-config deploy/alertmanager/alertmanager.yml
  route() { amtool config routes test --config.file deploy/alertmanager/alertmanager.yml "$@" 2>/dev/null; }
  [ "$(route severity=critical alertname=XunchaDown)" = duty ]
  [ "$(route severity=warning alertname=PatrolStalled site=a)" = operators ]
else
  echo "not checked: amtool (package prometheus-alertmanager) is not installed"
fi
