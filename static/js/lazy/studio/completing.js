// Completion: which list fits the place of the cursor. What is in the lists the server says (see words.js).
import { autocompletion } from "../../../vendor/codemirror/studio.js";
import { fields } from "./completing-fields.js";
import { inline } from "./completing-inline.js";
import { options } from "./completing-options.js";
import { snippets } from "./snippets.js";

export function completing(desk) {
  async function source(context) {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    if (!before && !context.explicit) return null;
    const names = await desk.words().catch(() => null);
    if (!names || context.aborted) return null;
    const whole = /^(\/\w*|[:`~]{3,}(?:\{[\w-]*)?|\w*)$/.exec(before);
    const found =
      options(context.state, line, before, names) ??
      fields(context.state, line, before, names, desk.file) ??
      inline(before, line.text.slice(before.length), names, desk.file) ??
      (whole &&
        (context.explicit || /^[/:`~]/.test(before)) && {
          from: before.length,
          options: snippets(names, before),
        });
    const typed = found && before.slice(before.length - found.from);
    // A command is found by the words of its label, too (see snippets.js), and taken by Enter.
    const command = before.startsWith("/");
    // Anything else that is typed out needs no list: Enter ends the line.
    if (!found || (!command && found.options.some((one) => one.label === typed))) return null;
    return { from: context.pos - found.from, options: found.options, filter: !command };
  }
  return autocompletion({ override: [source], icons: false, activateOnTypingDelay: 60, defaultKeymap: false });
}
