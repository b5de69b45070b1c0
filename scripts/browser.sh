#!/bin/sh
# Prints the path of a Chromium for the browser tests: one that is installed, Debian's, or Playwright's own.
# Usage: browser.sh VENV_BIN
set -eu
for name in ${CHROMIUM:-} chromium chromium-browser google-chrome; do
  if path=$(command -v "$name" 2>/dev/null); then echo "$path"; exit 0; fi
done
playwrights() {
  "$1/python" -c 'from playwright.sync_api import sync_playwright as s
with s() as p: print(p.chromium.executable_path)' 2>/dev/null
}
path=$(playwrights "$1" || true)
if [ -n "$path" ] && [ -x "$path" ]; then echo "$path"; exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; } >&2 || true
  if path=$(command -v chromium 2>/dev/null); then echo "$path"; exit 0; fi
fi
"$1/playwright" install chromium >&2 || true
path=$(playwrights "$1" || true)
if [ -n "$path" ] && [ -x "$path" ]; then echo "$path"; exit 0; fi
cat >&2 <<'WORDS'
The browser tests need Chromium, and none was found or could be installed here.
  Debian, Ubuntu:  sudo apt-get install chromium
  elsewhere:       .venv/bin/playwright install chromium
  or name yours:   make test CHROMIUM=/path/to/chromium
WORDS
exit 1
