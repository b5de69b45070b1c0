# CodeMirror 6 as one module. The npm package named "codemirror" is version 5: its parts are taken one by one.
set -eu
node_modules/.bin/esbuild scripts/vendor/codemirror.js --bundle --minify --format=esm --target=es2022 \
  --legal-comments=none --log-level=warning --outfile=static/vendor/codemirror/codemirror.js
cp node_modules/@codemirror/view/LICENSE static/vendor/codemirror/LICENSE
