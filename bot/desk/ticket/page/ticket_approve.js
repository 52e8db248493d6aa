/* Saving what was written to a customer as an approved reply to like questions. */

import { call, during, Problem } from "./api.js";
import { confirm, field, fill, h, say, t, when } from "./dom.js";
import { piece, stateTag } from "./reply.js";
import { findStale, requote } from "./ticket_text.js";

const REPLIES = "/api/desk/replies";
const STALE = new Set(["reply_quote", "reply_clause", "reply_changed"]); // the agreement is another by now

/**
 * Ask for what is to be approved, and approve it; resolves to whether that was done.
 *
 * `proposal` is {language, text, hint, questions, clauses: [{clause_id, reference, quote, rendering, chosen}]};
 * the hint is the key of what to know about the text, or null.
 */
export function approve(proposal) {
  const replyId = newId(); // of this dialog, so that trying again saves nothing twice
  return new Promise((resolve) => {
    const text = h("textarea", { id: "approve-text", required: true, lang: proposal.language, value: proposal.text });
    const questions = h("textarea", {
      id: "approve-questions", class: "short", required: true, value: proposal.questions.join("\n"),
    });
    const clauses = proposal.clauses.map(showClause);
    const cited = clauses.filter(({ chosen }) => chosen);
    const others = clauses.filter(({ chosen }) => !chosen);
    const notice = h("div");
    const button = h("button", { class: "solid" }, t("ticket_approve_action"));
    const dialog = h("dialog", { class: "dialog approve", "aria-labelledby": "approve-heading" },
      h("form", { onsubmit: submit },
        h("h2", { id: "approve-heading" }, t("ticket_approve_heading")),
        h("p", { class: "lead" }, t("ticket_approve_lead")),
        proposal.hint ? h("p", { class: "notice" }, t(proposal.hint)) : null,
        field(t("ticket_approve_text"), text),
        field(t("ticket_approve_questions"), questions, t("ticket_approve_questions_hint")),
        h("fieldset", {}, h("legend", {}, t("ticket_approve_clauses")), cited.map(({ element }) => element),
          others.length
            ? h("details", { class: "choices", open: !cited.length },
              h("summary", {}, t("ticket_choices", { count: others.length })), others.map(({ element }) => element)) : null),
        notice,
        h("div", { class: "actions" }, button,
          h("button", { type: "button", onclick: leave }, t("cancel")))));
    const written = () => JSON.stringify([text.value, questions.value]);
    const checked = () => clauses.filter(({ box }) => box.checked);

    /** Close the dialog; what was written in it is not thrown away unasked. */
    async function leave() {
      const isKept = written() === before
        || await confirm(t("ticket_leave"), t("ticket_leave_text"), t("ticket_leave_action"));
      if (isKept) dialog.close();
    }

    function content() {
      return {
        language: proposal.language,
        text: text.value.trim(),
        questions: questions.value.split("\n").map((line) => line.trim()).filter(Boolean),
        clauses: checked().map(({ clause }) => ({ clause_id: clause.clause_id, quote: clause.quote })),
      };
    }

    function submit(event) {
      event.preventDefault();
      return save(button, []);
    }

    /** Keep it as a new reply, beside the replies that are known to stand already. */
    function save(pressed, beside) {
      return store(pressed, async () => {
        const kept = await call("POST", REPLIES, { reply_id: replyId, beside, ...content() });
        return kept.state === "spooled" ? "ticket_approve_spooled" : "ticket_approve_done";
      });
    }

    /** Put it in the place of a reply that stands, which answers its own questions as before. */
    function change(known, pressed) {
      return store(pressed, async () => {
        const path = `${REPLIES}/${encodeURIComponent(known.reply_id)}`;
        const now = content();
        const all = [...new Set([...known.questions, ...now.questions])];
        const after = await call("PUT", path, { revision: known.revision, ...now, questions: all });
        if (after.state !== "approved") await call("POST", `${path}/approve`, { revision: after.revision });
        return "ticket_standing_done";
      });
    }

    /** Do what is resolved to the words that tell it; what stands in its way is shown, with a way on. */
    async function store(pressed, work) {
      const done = await during(pressed, notice, async () => {
        try {
          return await work();
        } catch (error) {
          const way = error instanceof Problem ? await wayOn(error) : null;
          if (way === null) throw error;
          fill(notice, way).querySelector("[tabindex]").focus({ preventScroll: true });
          way.scrollIntoView({ block: "start" });
          return undefined;
        }
      });
      if (!done) return;
      dialog.close("done");
      say(t(done));
    }

    async function wayOn({ code, body }) {
      if (code === "reply_stands") {
        const beside = body.standing.map((known) => known.reply_id);
        return showStanding(body.standing, change, (pressed) => save(pressed, beside));
      }
      if (!STALE.has(code)) return null;
      const quoted = checked();
      const found = await call("POST", "/api/desk/drafts/quotes", { language: proposal.language, clauses: content().clauses });
      const stale = findStale(quoted.map(({ clause }) => clause), found.clauses);
      return stale.length ? showStale(stale, () => quoteAnew(stale)) : null;
    }

    function quoteAnew(stale) {
      text.value = requote(text.value, stale);
      for (const { former, now } of stale) clauses.find(({ clause }) => clause === former).become(now);
      fill(notice);
      say(t("ticket_stale_done"));
      text.focus();
    }

    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      leave();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "done");
    });
    document.body.append(dialog);
    const before = written();
    dialog.showModal();
    text.setSelectionRange(0, 0);
    text.scrollTop = 0;
  });
}

/** Return a clause to be chosen; `become(now)` puts other words in its place, null drops it for good. */
function showClause(clause, at) {
  const id = `approve-clause-${at}`;
  const box = h("input", { type: "checkbox", id, checked: clause.chosen });
  const label = h("label", { for: id });
  const shown = { clause, box, chosen: clause.chosen, element: h("div", { class: "clause-choice" }, box, label), become };

  function become(now) {
    if (now === null) {
      box.checked = false;
      box.disabled = true;
    } else {
      shown.clause = { ...shown.clause, ...now };
    }
    fill(label, h("strong", {}, shown.clause.reference), " ", h("span", { class: "clause" }, shown.clause.quote));
  }

  become(clause);
  return shown;
}

/** Return an id that cannot be guessed; unlike randomUUID, without https as well. */
function newId() {
  const bytes = Array.from(crypto.getRandomValues(new Uint8Array(16)));
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/* What stands in the way */

/**
 * Return what tells which replies stand; `change(known, button)` puts the new words in the place
 * of one, `beside(button)` keeps them as another one.
 */
function showStanding(standing, change, beside) {
  const isOpen = standing.some((known) => known.may_change);
  return h("div", { class: "notice", role: "alert" },
    h("p", { tabindex: -1 }, t(isOpen ? "ticket_standing" : "ticket_standing_others")),
    standing.map((known) => showKnown(known, change)),
    h("div", { class: "actions" }, actionButton(t("ticket_standing_beside"), "quiet", beside)));
}

function showKnown(known, change) {
  const { reply_id: id, question, language, text } = known;
  const address = `/desk/replies?${new URLSearchParams({ id })}`;
  const who = t("ticket_approved_by", { name: known.approved_by });
  return h("div", { class: "standing" },
    h("p", { class: "soft" }, stateTag(known.state), " ", who, " · ", when(known.approved_at), " · ", t("ticket_approved_for", { question })),
    h("p", { class: "wording", lang: language }, text),
    h("div", { class: "actions" },
      known.may_change ? actionButton(t("ticket_standing_change"), "small", (pressed) => change(known, pressed))
        : h("p", {}, known.owner ? t("replies_others", { name: known.owner_name }) : t("replies_nobodys")),
      h("a", { href: address, target: "_blank" }, t("ticket_standing_open"))));
}

function actionButton(words, kind, act) {
  return h("button", { type: "button", class: kind, onclick: (event) => act(event.currentTarget) }, words);
}

/** Return what tells which clauses changed and how; `act(button)` quotes them anew. */
function showStale(stale, act) {
  return h("div", { class: "notice", role: "alert" },
    h("p", { tabindex: -1 }, t("ticket_stale")),
    stale.map(({ former, now }) => h("div", { class: "stale" },
      h("p", {}, h("strong", {}, former.reference)),
      now === null ? h("p", {}, t("ticket_stale_gone"))
        : now.quote === former.quote ? h("p", {}, t("ticket_stale_moved", { reference: now.reference }))
          : h("p", { class: "clause difference" }, now.difference.map(piece)))),
    h("p", {}, t("ticket_stale_hint")),
    h("div", { class: "actions" },
      h("button", { type: "button", class: "small solid", onclick: act }, t("ticket_stale_requote"))));
}
