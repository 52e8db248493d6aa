/* One approved reply: its words, what it rests on, what has become of that, and its history. */

import { call, during } from "./api.js";
import { copy, h, say, t, when } from "./dom.js";

const TAGS = { approved: "tag good", pending: "tag bad", retired: "tag" };

/** Return the tag that says what may be done with a reply. */
export function stateTag(state) {
  return h("span", { class: TAGS[state] }, t(`replies_state_${state}`));
}

/** Return a reply to be read; `edit()` begins an edit, `changed(reply)` follows a step. */
export function viewReply(reply, { edit, changed }) {
  const notice = h("div");
  const stale = reply.clauses.filter((clause) => clause.change !== "unchanged");
  return h("article", { class: "panel reply" },
    h("div", { class: "heading" },
      h("h2", { tabindex: -1 }, reply.questions[0]), stateTag(reply.state)),
    stateWords(reply, stale),
    h("h3", {}, t("replies_text")),
    h("p", { class: "reply-text", lang: reply.language }, reply.text),
    actions(reply, stale, notice, { edit, changed }),
    notice,
    h("h3", {}, t("replies_questions")),
    h("ul", { class: "dots" }, reply.questions.map((question) => h("li", {}, question))),
    h("h3", {}, t("replies_clauses")),
    reply.clauses.map(citedClause),
    historyOf(reply));
}

function stateWords(reply, stale) {
  const by = h("p", { class: "soft" }, t("replies_by", { name: reply.approved_by }), " ", when(reply.approved_at));
  const owner = reply.may_change ? null : h("p", { class: "soft" },
    reply.owner ? t("replies_others", { name: reply.owner_name }) : t("replies_nobodys"));
  if (reply.state === "retired") return [h("p", {}, t("replies_is_retired")), by, owner];
  if (reply.state === "approved") return [by, owner];
  return [h("div", { class: "notice" }, stale.length ? t("replies_is_pending") : t("replies_is_back")), by, owner];
}

function actions(reply, stale, notice, { edit, changed }) {
  const copies = h("button", { type: "button", onclick: () => copy(reply.text) }, t("replies_copy"));
  if (!reply.may_change) return h("div", { class: "actions" }, copies);
  const step = (name, done) => async (event) => {
    const path = `/api/desk/replies/${encodeURIComponent(reply.reply_id)}/${name}`;
    const after = await during(event.currentTarget, notice, () => call("POST", path, { revision: reply.revision }));
    if (!after) return;
    say(done);
    await changed(after);
  };
  const again = h("button", {
    type: "button", class: "solid", onclick: stale.length ? edit : step("approve", t("replies_approved")),
  }, stale.length ? t("replies_mend") : t("replies_approve"));
  const retires = h("button", { type: "button", onclick: step("retire", t("replies_retired")) }, t("replies_retire"));
  return h("div", { class: "actions" },
    reply.state === "approved" ? null : again,
    copies,
    h("button", { type: "button", onclick: edit }, t("replies_edit")),
    reply.state === "retired" ? null : retires);
}

/** Return a clause as it was cited, and what has become of it. */
export function citedClause(clause) {
  return h("div", { class: "cited" },
    h("h4", {}, place(clause), " ", h("code", {}, clause.clause_id)),
    clause.change === "unchanged" ? h("blockquote", { class: "quote" }, clause.quote) : becameOf(clause));
}

function place(clause) {
  return [clause.title, ...clause.path].join(" › ");
}

function becameOf(clause) {
  const was = h("blockquote", { class: "quote" }, clause.quote);
  if (clause.change === "gone") {
    return [h("p", { class: "became" }, t("replies_clause_gone")), h("p", { class: "eyebrow" }, t("replies_was_quoted")), was];
  }
  if (clause.change === "moved") {
    return [h("p", { class: "became" }, t("replies_clause_moved", { place: clause.now_id })), was];
  }
  return [
    h("p", { class: "became" }, t("replies_clause_changed")),
    h("p", { class: "clause difference" }, clause.difference.map(piece)),
    h("details", {}, h("summary", {}, t("replies_both")),
      h("p", { class: "eyebrow" }, t("replies_was_quoted")), was,
      h("p", { class: "eyebrow" }, t("replies_reads_now")), h("p", { class: "clause" }, clause.now)),
  ];
}

/** Return a piece of a difference: what was dropped or added is marked, and said to be so. */
export function piece({ kind, text }) {
  if (kind === "same") return text;
  const said = h("span", { class: "sr-only" }, kind === "dropped" ? t("replies_cut") : t("replies_new"));
  return h(kind === "dropped" ? "del" : "ins", {}, said, text);
}

function historyOf(reply) {
  return h("details", { class: "history" },
    h("summary", {}, t("replies_history", { number: reply.history.length })),
    h("ol", {}, reply.history.map(({ at, who, deed, text, questions, clauses }) => h("li", {},
      h("p", {}, h("strong", {}, t(`replies_deed_${deed}`)), " ", who, " ", h("span", { class: "soft" }, when(at))),
      deed === "edited" ? h("details", {}, h("summary", {}, t("replies_before")),
        h("p", { class: "reply-text" }, text),
        h("ul", { class: "dots" }, questions.map((question) => h("li", {}, question))),
        h("p", { class: "reply-facts" }, clauses.map((clause) => h("span", { class: "tag" }, clause)))) : null))));
}
