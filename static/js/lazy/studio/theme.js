// The editor's colours, the slab's, from the page's own tokens, which a shadow root inherits.
import { EditorView, HighlightStyle, tags as t } from "../../../vendor/codemirror/studio.js";
import { directive, formula, mark, option } from "./format.js";
import { fill, role } from "./format-inline.js";
import { boxes } from "./theme-boxes.js";

const tint = (colour, share) => `color-mix(in srgb, var(${colour}) ${share}%, transparent)`;

export const theme = EditorView.theme(
  {
    "&": { height: "100%", color: "var(--slab-ink)", backgroundColor: "var(--slab)", fontSize: ".875rem" },
    "&.cm-focused": { outline: "none" },
    ".cm-scroller": { overflow: "auto", fontFamily: "var(--font-code)", lineHeight: "1.72", scrollbarWidth: "thin" },
    ".cm-content": { padding: ".9rem 0 7rem", caretColor: "var(--mark)", fontVariantLigatures: "none" },
    ".cm-line": { padding: "0 1rem 0 .6rem" },
    ".cm-gutters": { backgroundColor: "var(--slab)", color: "var(--syn-comment)", border: "0" },
    ".cm-lineNumbers .cm-gutterElement": { minWidth: "2.2rem", padding: "0 .3rem" },
    ".cm-activeLine": { backgroundColor: tint("--mark", 14), boxShadow: "inset 3px 0 var(--mark)" },
    ".cm-activeLineGutter": { backgroundColor: tint("--mark", 14), color: "var(--slab-ink)" },
    ".cm-cursor": { borderLeft: "2px solid var(--mark)" },
    "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
      background: tint("--mark", 28),
    },
    "&.cm-focused .cm-matchingBracket": { backgroundColor: "transparent", boxShadow: "0 2px 0 var(--mark)" },
    ".cm-searchMatch": { backgroundColor: tint("--syn-number", 30), outline: "1px solid var(--syn-number)" },
    ".cm-searchMatch-selected": { backgroundColor: tint("--mark", 40) },
    ".cm-placeholder": { color: "var(--syn-comment)" },
    ".cm-snippetField": { backgroundColor: tint("--mark", 8), outline: "1px dashed var(--slab-edge)" },
    ".cm-lintRange": { backgroundImage: "none", textDecoration: "underline wavy 1.5px", textUnderlineOffset: ".25em" },
    ".cm-lintRange-error": { textDecorationColor: "var(--studio-err)" },
    ".cm-lintRange-warning": { textDecorationColor: "var(--studio-warn)" },
    ".cm-lint-marker": { inlineSize: "1em", blockSize: "1em" },
    ...boxes,
  },
  { dark: true },
);

export const colours = HighlightStyle.define([
  { tag: [directive, mark, t.heading, t.processingInstruction], color: "var(--syn-function)" },
  { tag: t.heading, fontWeight: "700" },
  { tag: [option, role, t.link, t.propertyName, t.definition(t.propertyName)], color: "var(--syn-keyword)" },
  { tag: [t.keyword, t.operatorKeyword, t.bool, t.null, t.self, t.atom], color: "var(--syn-keyword)" },
  { tag: [t.function(t.variableName), t.function(t.propertyName)], color: "var(--syn-function)" },
  { tag: [formula, t.string, t.special(t.string), t.monospace], color: "var(--syn-string)" },
  { tag: [t.number, fill, t.url], color: "var(--syn-number)" },
  { tag: [t.comment, t.quote, t.meta], color: "var(--syn-comment)" },
  { tag: t.emphasis, fontStyle: "italic" },
  { tag: t.strong, fontWeight: "700" },
  { tag: t.strikethrough, textDecoration: "line-through" },
]);
