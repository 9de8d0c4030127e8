/** CodeMirror set up for conditions. The only file that knows it. */

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, type Completion, type CompletionContext } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import { EditorState, Transaction } from "@codemirror/state";
import { EditorView, hoverTooltip, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { Finding, Param, SignalSpec } from "../../api/studio";
import { measured } from "../../lib/format";
import { sentence } from "../../lib/sentence";

export interface Names {
  readonly signals: SignalSpec[];
  readonly params: Record<string, Param>;
}

export const FUNCTIONS: { name: string; detail: string; doc: string }[] = [
  { name: "min", detail: "min(a, b)", doc: "The smaller of two numbers." },
  { name: "max", detail: "max(a, b)", doc: "The larger of two numbers." },
  { name: "abs", detail: "abs(a)", doc: "A number without its sign." },
  { name: "clamp", detail: "clamp(a, low, high)", doc: "A number kept between two bounds." },
];

interface Settings {
  id: string;
  label: string;
  text: string;
  readonly: boolean;
  names: Names;
  onchange: (text: string) => void;
}

export function makeEditor(parent: HTMLElement, { id, label, text, readonly, names, onchange }: Settings): EditorView {
  return new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        history(),
        closeBrackets(),
        bracketMatching(),
        language(names),
        syntaxHighlighting(colours),
        autocompletion({ override: [(context) => complete(context, names)], icons: false }),
        hoverTooltip((view, at, side) => help(view, at, side, names)),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap]),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ id, "aria-label": label, spellcheck: "false", autocapitalize: "none" }),
        EditorView.editable.of(!readonly),
        EditorState.readOnly.of(readonly),
        EditorView.updateListener.of((update) => {
          const byHand = update.transactions.some((transaction) => transaction.docChanged && !transaction.annotation(Transaction.remote));
          if (update.docChanged && byHand) onchange(update.state.doc.toString());
        }),
        looks,
      ],
    }),
  });
}

/** Shows a text that came from elsewhere: the form, another person, the way back. */
export function showText(view: EditorView, text: string): void {
  const now = view.state.doc.toString();
  if (now === text) return;
  view.dispatch({ changes: { from: 0, to: now.length, insert: text }, annotations: Transaction.remote.of(true) });
}

export function showFindings(view: EditorView, findings: Finding[]): void {
  const { doc } = view.state;
  const diagnostics = findings.map((finding): Diagnostic => {
    const line = doc.line(Math.min(Math.max(1, finding.at?.line ?? 1), doc.lines));
    const from = finding.at ? Math.min(line.from + Math.max(0, finding.at.column - 1), line.to) : 0;
    const word = /^\w+/.exec(doc.sliceString(from, line.to))?.[0].length ?? 1;
    const to = finding.at ? Math.min(from + Math.max(1, finding.length ?? word), doc.length) : doc.length;
    return { from: Math.min(from, to), to, severity: finding.severity, message: `${sentence(finding.message)}${finding.help ? `\n${sentence(finding.help)}` : ""}` };
  });
  view.dispatch(setDiagnostics(view.state, diagnostics));
}

const language = (names: Names) =>
  StreamLanguage.define({
    name: "condition",
    token(stream) {
      if (stream.eatSpace()) return null;
      if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return "string";
      if (stream.match(/^\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?/i)) return "number";
      if (stream.match(/^(?:&&|\|\||[<>=!]=|[<>!+\-*/%])/)) return "operator";
      const word = stream.match(/^[A-Za-z_]\w*/);
      if (word && typeof word === "object") {
        const name = word[0];
        if (/^(true|false)$/.test(name)) return "bool";
        if (/^(in|if|else)$/.test(name)) return "keyword";
        if (name in names.params) return "propertyName";
        if (names.signals.some((signal) => signal.name === name)) return "variableName";
        if (FUNCTIONS.some((entry) => entry.name === name)) return "name";
        return "invalid";
      }
      stream.next();
      return null;
    },
    languageData: { closeBrackets: { brackets: ["(", "[", '"'] } },
  });

const colours = HighlightStyle.define([
  { tag: tags.variableName, color: "var(--accent)" },
  { tag: tags.propertyName, color: "var(--demote)", fontWeight: "600" },
  { tag: tags.number, color: "var(--review)" },
  { tag: tags.bool, color: "var(--review)" },
  { tag: tags.string, color: "var(--accept)" },
  { tag: tags.keyword, color: "var(--tag)", fontWeight: "600" },
  { tag: tags.operator, color: "var(--ink-2)" },
]);

function complete(context: CompletionContext, names: Names) {
  const word = context.matchBefore(/\w*/);
  if (!word || (word.from === word.to && !context.explicit)) return null;
  const options: Completion[] = [
    ...Object.entries(names.params).map(([name, param]) => ({ label: name, type: "property", detail: `setting, ${measured(param.value as number, param.unit)}`, info: param.title ?? "", boost: 2 })),
    ...names.signals.map((signal) => ({ label: signal.name, type: "variable", detail: signal.unit ?? signal.kind, info: signal.doc, boost: signal.detector === null ? -1 : 1 })),
    ...FUNCTIONS.map((entry) => ({ label: entry.name, type: "function", detail: entry.detail, info: entry.doc })),
  ];
  return { from: word.from, options, validFor: /^\w*$/ };
}

function help(view: EditorView, at: number, side: number, names: Names) {
  const line = view.state.doc.lineAt(at);
  const inLine = at - line.from;
  for (const match of line.text.matchAll(/[A-Za-z_]\w*/g)) {
    const [from, to] = [match.index, match.index + match[0].length];
    if (inLine < from || inLine > to || (inLine === from && side < 0) || (inLine === to && side > 0)) continue;
    const words = describe(match[0], names);
    if (!words) return null;
    return {
      pos: line.from + from,
      end: line.from + to,
      above: true,
      create: () => {
        const dom = document.createElement("div");
        dom.className = "cm-help";
        const name = document.createElement("strong");
        name.textContent = words.title;
        const text = document.createElement("p");
        text.textContent = words.text;
        dom.append(name, text);
        return { dom };
      },
    };
  }
  return null;
}

function describe(name: string, { signals, params }: Names): { title: string; text: string } | null {
  const param = params[name];
  if (param) return { title: `${name} = ${Array.isArray(param.value) ? param.value.join(", ") : measured(param.value, param.unit)}`, text: param.title ?? "A setting of this rule." };
  const signal = signals.find((candidate) => candidate.name === name);
  if (signal) {
    const range = signal.range ? ` From ${measured(signal.range[0])} to ${measured(signal.range[1], signal.unit)}.` : signal.values.length ? ` One of ${signal.values.join(", ")}.` : "";
    return { title: name, text: `${signal.doc}${range}${signal.detector === null ? " Nothing measures it yet." : ""}` };
  }
  const entry = FUNCTIONS.find((candidate) => candidate.name === name);
  return entry ? { title: entry.detail, text: entry.doc } : null;
}

const looks = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "transparent" },
  "&.cm-focused": { outline: "none" },
  ".cm-content": { padding: "0.75rem 0", fontFamily: "var(--mono)", caretColor: "var(--ink)", minHeight: "5rem" },
  ".cm-line": { padding: "0 0.85rem" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-matchingBracket": { backgroundColor: "var(--accent-soft)", outline: "1px solid var(--accent)" },
  ".cm-tooltip": { border: "1px solid var(--line)", borderRadius: "10px", backgroundColor: "var(--raised)", color: "var(--ink)", boxShadow: "var(--shadow-2)", overflow: "hidden" },
  ".cm-help": { maxWidth: "24rem", padding: "0.6rem 0.8rem", fontSize: "0.8125rem", lineHeight: "1.45" },
  ".cm-help strong": { fontFamily: "var(--mono)" },
  ".cm-help p": { margin: "0.2rem 0 0", color: "var(--ink-2)" },
  ".cm-tooltip-autocomplete > ul": { fontFamily: "var(--font)", maxHeight: "16rem" },
  ".cm-tooltip-autocomplete > ul > li": { padding: "0.25rem 0.6rem !important" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent-soft)", color: "var(--ink)" },
  ".cm-completionDetail": { color: "var(--ink-3)", fontStyle: "normal", fontSize: "0.8em" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-tooltip.cm-completionInfo": { padding: "0.6rem 0.8rem", maxWidth: "20rem", fontSize: "0.8125rem", lineHeight: "1.45" },
  ".cm-diagnostic": { padding: "0.4rem 0.7rem", fontFamily: "var(--font)", fontSize: "0.8125rem", whiteSpace: "pre-line", borderLeftColor: "var(--review)" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--danger)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--danger) 1.5px", textUnderlineOffset: "0.25em" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy var(--review) 1.5px", textUnderlineOffset: "0.25em" },
});
