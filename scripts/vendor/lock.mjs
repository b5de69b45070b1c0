// Writes into static/vendor/LOCK.json the packages that each bundle was made from, and its SHA-256.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const LOCK = "static/vendor/LOCK.json";

const made = {
  "codemirror/codemirror.js": [
    "@codemirror/commands",
    "@codemirror/lang-python",
    "@codemirror/language",
    "@codemirror/state",
    "@codemirror/view",
    "@lezer/highlight",
  ],
  "codemirror/studio.js": [
    "@codemirror/autocomplete",
    "@codemirror/commands",
    "@codemirror/lang-python",
    "@codemirror/lang-yaml",
    "@codemirror/language",
    "@codemirror/lint",
    "@codemirror/merge",
    "@codemirror/search",
    "@codemirror/state",
    "@codemirror/view",
    "@lezer/common",
    "@lezer/highlight",
    "@lezer/markdown",
  ],
};

const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
const lock = JSON.parse(readFileSync(LOCK, "utf8"));
for (const [file, names] of Object.entries(made)) {
  const bytes = readFileSync(`static/vendor/${file}`);
  lock[file] = {
    from: Object.fromEntries(names.map((name) => [name, packages[`node_modules/${name}`].version])),
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}
writeFileSync(LOCK, `${JSON.stringify(lock, null, 2)}\n`);
