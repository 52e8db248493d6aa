/* The message as it was read: its questions, its identifiers, and what was set aside. */

import { h, t } from "./dom.js";

/** Return the message with its questions marked in place, each a link to its card, and a legend. */
export function showMessage(message, draft) {
  const letters = Array.from(message); // offsets count code points, not halves of them
  const spans = [...draft.replies, ...draft.parts, ...draft.identifiers];
  const cuts = [...new Set([0, letters.length, ...spans.flatMap(({ start, end }) => [start, end])])];
  cuts.sort((one, other) => one - other);
  const pieces = [];
  let asked = null; // the element of the question that the pieces are in
  for (const [place, start] of cuts.slice(0, -1).entries()) {
    const words = letters.slice(start, cuts[place + 1]).join("");
    const number = draft.replies.findIndex((reply) => covers(reply, start));
    const piece = showPiece(words, start, draft);
    if (number < 0) {
      pieces.push(piece);
      continue;
    }
    if (draft.replies[number].start === start) {
      asked = h("span", { class: "asked" }, showNumber(number));
      pieces.push(asked);
    }
    asked.append(piece);
  }
  return [h("p", { class: "message" }, pieces), showLegend(draft)];
}

function covers(span, at) {
  return span.start <= at && at < span.end;
}

function showNumber(number) {
  const values = { number: number + 1 };
  return h("a", { href: `#question-${number + 1}`, "aria-label": t("ticket_to_question", values) }, number + 1);
}

function showPiece(words, start, draft) {
  const identifier = draft.identifiers.find((span) => covers(span, start));
  const part = draft.parts.find((span) => covers(span, start));
  const shown = identifier
    ? h("span", { class: "identifier", title: nameIdentifier(identifier) }, words)
    : words;
  return part ? h("span", { class: "aside", title: namePart(part) }, shown) : shown;
}

function nameIdentifier({ kind }) {
  return t(`ticket_id_${kind}`);
}

function namePart({ kind }) {
  return t(`ticket_part_${kind}`);
}

/** Return what the marks mean; what was set aside is named, for those who see no marks as well. */
function showLegend(draft) {
  const named = (spans, name) => [...new Set(spans.map(name))];
  const entry = (mark, key, names) =>
    h("li", {}, h("span", { class: mark }, t(key)), names.length ? `${t("ticket_colon")}${names.join(t("ticket_comma"))}` : null);
  return h("ul", { class: "legend" },
    draft.replies.length ? entry("asked", "ticket_legend_question", []) : null,
    draft.identifiers.length
      ? entry("identifier", "ticket_legend_identifier", named(draft.identifiers, nameIdentifier)) : null,
    draft.parts.length ? entry("aside", "ticket_legend_aside", named(draft.parts, namePart)) : null);
}
