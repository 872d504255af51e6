#!/usr/bin/env bash
# The default configuration is accepted as it stands, and with every example in it uncommented.   config_test.sh XUNCHAD
set -euo pipefail
xunchad=$1
here=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

"$xunchad" --config.check --config.file="$here/deploy/config/xuncha.yml"
mkdir "$scratch/sites.d"
echo 'sites: [{home: "https://www.second.example.gov.cn/"}]' >"$scratch/sites.d/second.yml"
sed -e 's/^sites: \[\]$/sites:/' -e 's/^#\(  .*\|[a-z_]*:.*\)$/\1/' "$here/deploy/config/xuncha.yml" >"$scratch/xuncha.yml"
[ "$(grep -c '^[a-z]' "$scratch/xuncha.yml")" -ge 8 ] || { echo "FAULT: the examples were not uncommented"; exit 1; }
"$xunchad" --config.check --config.file="$scratch/xuncha.yml"
