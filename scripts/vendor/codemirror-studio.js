// What the studio's editor needs of CodeMirror 6, bundled into static/vendor/codemirror/studio.js.
// Markdown from its parser alone, not lang-markdown's markdown(): that brings HTML, CSS and JavaScript with it.
export {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  snippet,
  startCompletion,
} from "@codemirror/autocomplete";
export { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
export { pythonLanguage } from "@codemirror/lang-python";
export { yamlLanguage } from "@codemirror/lang-yaml";
export {
  bracketMatching,
  defineLanguageFacet,
  HighlightStyle,
  indentUnit,
  Language,
  languageDataProp,
  syntaxHighlighting,
  syntaxTree,
} from "@codemirror/language";
export { lintGutter, setDiagnostics } from "@codemirror/lint";
export { MergeView } from "@codemirror/merge";
export { highlightSelectionMatches, openSearchPanel, search, searchKeymap } from "@codemirror/search";
export { Compartment, EditorSelection, EditorState, Prec, StateEffect, StateField } from "@codemirror/state";
export {
  Decoration,
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  placeholder,
} from "@codemirror/view";
export { parseMixed } from "@lezer/common";
export { styleTags, Tag, tags } from "@lezer/highlight";
export { parser as markdownParser, Strikethrough, Table, TaskList } from "@lezer/markdown";
