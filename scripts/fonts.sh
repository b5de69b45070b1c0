#!/bin/sh
# Make static/fonts anew. Needs the Debian packages fonts-opendin, fonts-crosextra-caladea and fonts-jetbrains-mono,
# npm for the maths font, and `pip install fonttools brotli zopfli`.
set -eu
cd "$(dirname "$0")/.."
stix=5.3.0
fonts=${FONTS:-/usr/share/fonts/truetype}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
npm pack --silent --pack-destination "$tmp" "@fontsource/stix-two-math@$stix" >/dev/null
tar -xzf "$tmp"/*.tgz -C "$tmp"
"${PYTHON:-.venv/bin/python}" scripts/fonts.py "$fonts" "$tmp/package/files/stix-two-math-latin-400-normal.woff2"
mkdir -p static/fonts/licences
for package in fonts-opendin fonts-crosextra-caladea fonts-jetbrains-mono; do
  cp "/usr/share/doc/$package/copyright" "static/fonts/licences/$package.txt"
done
cp "$tmp/package/LICENSE" static/fonts/licences/stix-two-math.txt
