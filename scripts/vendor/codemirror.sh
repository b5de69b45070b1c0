#!/bin/sh
# Renew static/vendor/codemirror from the versions that package-lock.json pins.
# The npm package named "codemirror" is version 5, so version 6 is put together from its parts.
set -eu
cd "$(dirname "$0")/../.."
npm ci --silent --no-audit --no-fund
for made in codemirror:codemirror codemirror-studio:studio; do
  node_modules/.bin/esbuild "scripts/vendor/${made%%:*}.js" --bundle --minify --format=esm --target=es2022 \
    --legal-comments=none --log-level=warning --outfile="static/vendor/codemirror/${made##*:}.js"
done
cp node_modules/@codemirror/view/LICENSE static/vendor/codemirror/LICENSE
node scripts/vendor/lock.mjs
