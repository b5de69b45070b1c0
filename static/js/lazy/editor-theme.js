// The editor's colours: the slab's, from the page's own tokens, which a shadow root inherits.
export const theme = (EditorView) =>
  EditorView.theme(
    {
      "&": {
        height: "100%",
        maxHeight: "inherit",
        color: "var(--slab-ink)",
        backgroundColor: "transparent",
        fontSize: ".875rem",
      },
      "&.cm-focused": { outline: "none" },
      ".cm-scroller": { overflow: "auto", fontFamily: "var(--font-code)", lineHeight: "1.72", scrollbarWidth: "thin" },
      ".cm-content": { padding: ".9rem 0", caretColor: "var(--mark)", fontVariantLigatures: "none" },
      ".cm-line": { padding: "0 1.25rem 0 1.2rem" },
      ".cm-gutters": { backgroundColor: "var(--slab)", color: "var(--syn-comment)", border: "0" },
      ".cm-lineNumbers .cm-gutterElement": { minWidth: "2.7rem", padding: "0" },
      ".cm-cursor": { borderLeft: "2px solid var(--mark)" },
      "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
        background: "color-mix(in srgb, var(--mark) 28%, transparent)",
      },
      "&.cm-focused .cm-matchingBracket": { backgroundColor: "transparent", boxShadow: "0 2px 0 var(--mark)" },
      ".lit": {
        backgroundColor: "color-mix(in srgb, var(--mark) 15%, transparent)",
        boxShadow: "inset 4px 0 var(--mark)",
      },
    },
    { dark: true },
  );

export const colours = (t) => [
  { tag: [t.keyword, t.operatorKeyword, t.bool, t.null, t.self], color: "var(--syn-keyword)" },
  {
    tag: [t.function(t.variableName), t.function(t.propertyName), t.definition(t.className)],
    color: "var(--syn-function)",
  },
  { tag: t.number, color: "var(--syn-number)" },
  { tag: [t.string, t.special(t.string)], color: "var(--syn-string)" },
  { tag: t.comment, color: "var(--syn-comment)" },
];
