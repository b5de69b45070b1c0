#!/bin/sh
# Renews static/vendor from the versions that package-lock.json pins, and writes their hashes to LOCK.json.
set -eu
cd "$(dirname "$0")/.."
command -v npm > /dev/null || { echo "Renewing the vendored libraries needs npm (Node.js 20 or newer)."; exit 1; }
npm ci --silent --no-audit --no-fund
for part in scripts/vendor/*.sh; do sh "$part"; done
node scripts/vendor/lock.mjs
