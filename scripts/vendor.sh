#!/bin/sh
# Renew static/vendor from npm, and the hashes in static/vendor/LOCK.json: htmx at the version written here, CodeMirror
# at those of package-lock.json.
# LOCK.json lists every vendored file; what other scripts put there is kept.
set -eu
cd "$(dirname "$0")/.."
htmx=4.0.1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
npm pack --silent --pack-destination "$tmp" "htmx.org@$htmx" >/dev/null
tar -xzf "$tmp"/*.tgz -C "$tmp"
mkdir -p static/vendor/htmx
cp "$tmp/package/dist/htmx.min.js" "$tmp/package/LICENSE" static/vendor/htmx/
cp "$tmp/package/dist/ext/hx-sse.min.js" static/vendor/htmx/
python3 scripts/lock.py "htmx.org@$htmx" htmx/htmx.min.js htmx/hx-sse.min.js
sh scripts/vendor/codemirror.sh
