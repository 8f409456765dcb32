// A field for SPARQL becomes an editor: colours, brackets, history, completion of prefixes, terms, variables and topics.
//
// It lives in a shadow root: there CodeMirror keeps its styles in sheets that scripts make, which a
// Content-Security-Policy without inline styles allows; in the document itself it would write a <style>.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, bracketMatching, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";

const KEYWORDS = "SELECT DISTINCT REDUCED CONSTRUCT DESCRIBE ASK WHERE FROM NAMED GRAPH OPTIONAL UNION MINUS FILTER BIND VALUES AS ORDER BY GROUP HAVING LIMIT OFFSET ASC DESC EXISTS NOT IN PREFIX BASE COUNT SUM AVG MIN MAX SAMPLE GROUP_CONCAT STR LANG DATATYPE BOUND IF COALESCE REGEX CONTAINS STRSTARTS STRENDS STRLEN SUBSTR UCASE LCASE CONCAT REPLACE STRAFTER STRBEFORE YEAR MONTH DAY isIRI isLITERAL".split(" ");

const theme = EditorView.theme({
  "&": { color: "var(--text)", backgroundColor: "var(--paper)", fontSize: "0.9rem" },
  ".cm-content": { fontFamily: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace", caretColor: "var(--text)", minHeight: "16rem" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { color: "var(--faint)", backgroundColor: "var(--raised)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--accent) 8%, transparent)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--accent) 30%, var(--paper))" },
  ".cm-tooltip": { color: "var(--text)", backgroundColor: "var(--raised)", border: "1px solid var(--line)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { color: "var(--paper)", backgroundColor: "var(--accent)" },
  ".cm-completionDetail": { fontStyle: "normal", marginLeft: "0.8em" },
});

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.definitionKeyword], color: "var(--forecast)" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--analysis)" },
  { tag: [tags.string, tags.literal, tags.number, tags.bool], color: "var(--fact)" },
  { tag: [tags.url, tags.namespace, tags.propertyName, tags.typeName, tags.className], color: "var(--accent)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--faint)" },
]);

const unescaped = (iri) => iri.replace(/[<>"{}|^`\\\x00-\x20]/g, encodeURIComponent);

const completing = (words) => async (context) => {
  const before = context.matchBefore(/[?$]?[\w:.-]*/);
  if (!before || (before.from === before.to && !context.explicit)) return null;
  const text = context.state.doc.toString();
  if (/^[?$]/.test(before.text)) {
    const names = new Set(text.match(/[?$]\w+/g) || []);
    names.delete(before.text);
    return { from: before.from, options: [...names].map((label) => ({ label, type: "variable" })) };
  }
  const known = await words.catch(() => ({ prefixes: {}, terms: [], topics: [] }));
  const terms = known.terms.map((one) => ({ label: one.term, type: one.kind === "class" ? "class" : "property", detail: one.kind }));
  const prefixes = Object.keys(known.prefixes).map((label) => ({ label: label + ":", type: "namespace", detail: known.prefixes[label] }));
  const topics = known.topics.map((one) => ({ label: one.name, type: "text", detail: "topic", apply: "<" + unescaped(one.iri) + ">" }));
  const keywords = KEYWORDS.map((label) => ({ label, type: "keyword" }));
  return { from: before.from, options: [...terms, ...prefixes, ...keywords, ...topics], validFor: /^[\w:.-]*$/ };
};

// Where letters take the place of a selection, Chromium writes the look of what was there into a style attribute, which
// the policy refuses with a message; so they are put there before it does.
const replacing = EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== "insertText" || !event.data || view.composing || view.state.selection.main.empty) return false;
    event.preventDefault();
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    return true;
  },
});

window.kgEditor = (area, { submit, words }) => {
  const holder = document.createElement("div");
  holder.className = "editor";
  const root = holder.attachShadow({ mode: "open" });
  area.before(holder);
  const ask = { key: "Mod-Enter", run: () => { submit(); return true; } };
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: area.value,
      extensions: [
        keymap.of([ask, ...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap]),
        lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(), highlightActiveLine(),
        replacing, EditorView.lineWrapping, sparql(), theme, syntaxHighlighting(colours),
        autocompletion({ override: [completing(words)], icons: false }),
        EditorView.contentAttributes.of({ "aria-label": "SPARQL query", spellcheck: "false" }),
        EditorView.updateListener.of((update) => { if (update.docChanged) area.value = update.state.doc.toString(); }),
      ],
    }),
  });
  area.hidden = true;
  for (const label of document.querySelectorAll("label[for='" + area.id + "']")) label.addEventListener("click", () => view.focus());
  return view;
};
