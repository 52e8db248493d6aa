/* The message as it was read, and a card for each question: what is cited, and what else may be. */

import { h, t, when } from "./dom.js";
import { cutMessage } from "./ticket_text.js";

const CHINESE = /[\u3400-\u9fff]/;
const TAGS = { approved: "tag good", answered: "tag good", chosen: "tag pen", doubtful: "tag bad", unsettled: "tag" };

/* The message */

/** Return the message with its questions marked in place, each a link to its card, and a legend. */
export function showMessage(message, draft) {
  const pieces = [];
  let [asked, last] = [null, -1]; // the element of the question that the pieces are in, and its place
  for (const piece of cutMessage(message, draft)) {
    const shown = showPiece(piece);
    if (piece.question >= 0 && piece.question !== last) {
      asked = h("span", { class: "asked" }, showNumber(piece.question + 1));
      pieces.push(asked);
    }
    last = piece.question;
    if (last < 0) pieces.push(shown);
    else asked.append(shown);
  }
  return [h("p", { class: "message" }, pieces), showLegend(draft)];
}

function showNumber(number) {
  return h("a", { href: `#question-${number}`, "aria-label": t("ticket_to_question", { number }) }, number);
}

function showPiece({ words, identifier, part }) {
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

/* A question */

/**
 * Return the card of one question.
 *
 * `at` is its place from 0; `own` tells that a person chose its citations; `acts` holds what can be
 * done: cite(at, change), reset(at), use(at, replyId), approve(at).
 */
export function showCard(reply, at, own, language, acts) {
  const number = at + 1;
  const state = stateOf(reply, own);
  const isUsed = state === "approved";
  return h("section", { class: "panel question", "aria-labelledby": `question-${number}` },
    h("h3", { id: `question-${number}`, tabindex: -1, dataset: { key: `card ${at}` } },
      h("span", { class: "soft" }, `${number}. `), reply.words),
    h("p", { class: "state" }, h("span", { class: TAGS[state] }, t(`ticket_state_${state}`)), t(`ticket_note_${state}`)),
    state === "doubtful" ? h("div", { class: "actions" }, unsettle(at, number, acts)) : null,
    reply.approved ? showApproved(reply, at, language, acts) : null,
    isUsed || !reply.passages.length ? null
      : h("ol", { class: "passages" }, reply.passages.map((passage, place) => showPassage(passage, place, at, acts))),
    isUsed ? null : showChoices(reply, at, acts),
    h("div", { class: "actions" },
      isUsed || !reply.passages.length ? null
        : [act("small", `approve ${at}`, t("ticket_approve"), () => acts.approve(at), t("ticket_approve_label", { number })),
          state === "doubtful" ? null : unsettle(at, number, acts)],
      own && !isUsed
        ? act("small quiet", `reset ${at}`, t("ticket_reset"), () => acts.reset(at), t("ticket_reset_label", { number })) : null));
}

function stateOf(reply, own) {
  if (reply.approved?.is_used) return "approved";
  if (!reply.passages.length) return "unsettled";
  if (own) return "chosen";
  return reply.is_doubtful ? "doubtful" : "answered";
}

/** Return the button that cites nothing, so that the reply says so and asks back. */
function unsettle(at, number, acts) {
  return act("small", `unsettle ${at}`, t("ticket_unsettle"), () => acts.cite(at, () => []), t("ticket_unsettle_label", { number }));
}

/** Return a button; its key lets the focus find it again when the cards are drawn anew. */
function act(kind, key, words, onclick, label = null) {
  return h("button", { type: "button", class: kind, dataset: { key }, onclick, "aria-label": label }, words);
}

function showApproved(reply, at, language, acts) {
  const { approved } = reply;
  const isForeign = approved.language !== language;
  const cites = () => acts.cite(at, () => approved.clauses);
  const who = t("ticket_approved_by", { name: approved.approved_by });
  return h("div", { class: "approved" },
    h("h4", {}, t("ticket_approved")),
    h("p", { class: "soft" }, who, " · ", when(approved.approved_at), " · ", t("ticket_approved_for", { question: approved.question })),
    h("p", { class: "wording", lang: approved.language }, approved.text),
    isForeign ? h("p", { class: "soft" }, t("ticket_approved_foreign")) : null,
    isForeign ? act("small", `use ${at}`, t("ticket_cite_approved"), cites)
      : approved.is_used ? act("small", `use ${at}`, t("ticket_unuse"), () => acts.use(at, null))
        : act("small solid", `use ${at}`, t("ticket_use"), () => acts.use(at, approved.reply_id)));
}

function showPassage(passage, place, at, acts) {
  const { clause_id: id, reference, confidence, lead_ins: leadIns } = passage;
  const up = (ids) => {
    const from = ids.indexOf(id);
    return from < 1 ? ids : ids.with(from - 1, id).with(from, ids[from - 1]);
  };
  return h("li", {},
    h("div", { class: "passage-head" },
      h("h4", {}, reference, " ", h("span", { class: "tag" }, t("ticket_confidence", { percent: Math.floor(confidence * 100) }))),
      place ? act("small", `up ${at} ${id}`, "↑", () => acts.cite(at, up), t("ticket_up", { reference })) : null,
      act("small", `drop ${at} ${id}`, "×", () => acts.cite(at, (ids) => ids.filter((other) => other !== id)),
        t("ticket_drop", { reference }))),
    leadIns.map((led) => h("div", { class: "lead-in" },
      h("p", { class: "soft" }, t("ticket_lead_in", { reference: shortName(led) })), showQuote(led, "quote leading"))),
    passage.gist ? h("p", { class: "gist" }, t("ticket_gist", passage)) : null,
    showQuote(passage, "quote"));
}

function showQuote({ rendering, quote }, kind) {
  return [
    rendering === null ? null
      : h("p", { class: "rendering" }, rendering, " ", h("span", { class: "tag" }, t("ticket_unofficial"))),
    h("blockquote", { class: kind, lang: languageOf(quote) }, quote),
  ];
}

function showChoices(reply, at, acts) {
  const cited = new Set(reply.passages.map((passage) => passage.clause_id));
  const choices = reply.choices.filter((choice) => !cited.has(choice.clause_id));
  if (!choices.length) return null;
  return h("details", { class: "choices", dataset: { key: `choices ${at}` } },
    h("summary", { dataset: { key: `summary ${at}` } }, t("ticket_choices", { count: choices.length })),
    h("ol", {}, choices.map((choice) => showChoice(choice, reply.passages, at, acts))));
}

function showChoice({ clause_id: id, reference, lead_in: leadIn, text }, passages, at, acts) {
  const instead = (former) => (ids) => ids.map((other) => (other === former ? id : other));
  return h("li", {},
    h("h4", {}, reference),
    leadIn ? h("p", { class: "clause leading", lang: languageOf(leadIn) }, leadIn) : null,
    h("p", { class: "clause", lang: languageOf(text) }, text),
    h("div", { class: "row" },
      act("small", `cite ${at} ${id}`, passages.length ? t("ticket_cite_also") : t("ticket_cite"),
        () => acts.cite(at, (ids) => (ids.includes(id) ? ids : [...ids, id])), t("ticket_cite_label", { reference })),
      passages.map((passage) => act("small", `swap ${at} ${id} ${passage.clause_id}`,
        t("ticket_instead", { former: shortName(passage) }), () => acts.cite(at, instead(passage.clause_id)),
        t("ticket_instead_label", { reference, former: shortName(passage) })))));
}

function shortName(passage) {
  return passage.clause_id.slice(passage.clause_id.indexOf("/") + 1);
}

function languageOf(text) {
  return CHINESE.test(text) ? "zh" : "en";
}
