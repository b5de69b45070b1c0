// The editor's boxes: what may be completed, what is wrong, what is looked for. In the page's own colours.
const paper = {
  backgroundColor: "var(--surface)",
  color: "var(--ink)",
  border: "1.5px solid var(--ink)",
  borderRadius: "2px",
};
const button = {
  minBlockSize: "1.75rem",
  padding: ".1rem .6rem",
  border: "1.5px solid var(--ink)",
  borderRadius: "2px",
  background: "transparent",
  color: "var(--ink)",
  font: "400 1rem/1.1 var(--font-draft)",
  cursor: "pointer",
};

export const boxes = {
  ".cm-tooltip": { ...paper, maxInlineSize: "min(32rem, 92vw)" },
  ".cm-tooltip-autocomplete > ul": { fontFamily: "var(--font-code)", maxBlockSize: "20rem" },
  ".cm-tooltip-autocomplete > ul > li": { padding: ".25rem .6rem", lineHeight: "1.4" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--mark)", color: "var(--on-mark)" },
  ".cm-completionDetail": { color: "inherit", fontStyle: "normal", fontFamily: "var(--font-draft)", opacity: "1" },
  ".cm-completionMatchedText": { textDecoration: "underline", fontWeight: "700" },
  ".cm-completionIcon": { display: "none" },
  ".cm-completionInfo": { padding: ".5rem .7rem", font: "400 1rem/1.4 var(--font-text)" },
  ".cm-diagnostic": { padding: ".5rem .7rem", font: "400 1rem/1.4 var(--font-text)", whiteSpace: "normal" },
  ".cm-diagnostic-error": { borderLeft: "4px solid var(--err)" },
  ".cm-diagnostic-warning": { borderLeft: "4px solid var(--warn)" },
  ".cm-diagnosticAction": { ...button, margin: ".4rem .4rem 0 0", display: "inline-block" },
  ".cm-diagnosticSource": { font: "400 .8rem/1.4 var(--font-code)", color: "var(--ink-2)", opacity: "1" },
  ".cm-collapsedLines": { background: "var(--slab-2)", color: "var(--slab-ink)" },
  ".cm-collapsedLines::before, .cm-collapsedLines::after": { content: '"…"' },
  ".cm-merge-revert button": { color: "var(--mark)", fontSize: "1.25rem" },
  ".cm-panels": { backgroundColor: "var(--surface)", color: "var(--ink)", border: "0" },
  ".cm-panel.cm-search": { padding: ".5rem .7rem 1rem", font: "400 1rem/1.4 var(--font-draft)" },
  ".cm-panel.cm-search label": { fontSize: "1rem" },
  ".cm-panel .cm-textfield": {
    minBlockSize: "1.75rem",
    border: "1.5px solid var(--rule-2)",
    background: "var(--paper)",
    color: "var(--ink)",
    font: "400 .875rem/1.4 var(--font-code)",
  },
  ".cm-panel .cm-button": { ...button, backgroundImage: "none" },
  ".cm-panel.cm-search [name=close]": { minInlineSize: "1.75rem", minBlockSize: "1.75rem", color: "var(--ink)" },
};
