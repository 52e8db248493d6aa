/* A customer's message in, the draft of a cited reply out; the draft follows what an agent chooses. */

import { call, during } from "./api.js";
import { confirm, field, fill, h, language, say, t } from "./dom.js";
import { begin } from "./shell.js";
import { approve } from "./ticket_approve.js";
import { showCard, showMessage } from "./ticket_card.js";
import { clausesOf, sectionOf, withoutFrame } from "./ticket_text.js";
import { makeWhole } from "./ticket_whole.js";

const KEPT = "ticket"; // in sessionStorage: of this tab, and gone when one signs out
const MOST = 20_000; // characters of a message
const NOTHING = { message: null, agreement: null, cited: [], approved: [] };

let me = null;
let asked = NOTHING; // what the draft that is shown was asked with
let draft = null;
let refused = 0; // status of what was refused last
let line = Promise.resolve(); // one change of the draft after the other

const box = h("textarea", {
  id: "message", class: "message-box", rows: 12, placeholder: t("ticket_sample"), oninput: keep, onkeydown: onKey,
});
const agreement = h("select", { id: "agreement", onchange: keep }, h("option", { value: "" }, t("ticket_all_agreements")));
const draftButton = h("button", { class: "solid" }, t("ticket_draft"));
const notice = h("div");
const asRead = h("section", { class: "panel", "aria-labelledby": "read-heading", hidden: true });
const heading = h("h2", { id: "result-heading", tabindex: -1 });
const hints = h("div");
const changeNotice = h("div", { class: "change-notice" });
const cards = h("div", { class: "cards" });
const whole = makeWhole(keep, approveWhole);
const results = h("div", { class: "results", hidden: true }, heading, hints, changeNotice, cards, whole.element);
const start = h("section", { class: "panel empty" }, h("p", {}, t("ticket_start")));

begin(async (main, person) => {
  me = person;
  fill(main,
    h("div", { class: "heading" },
      h("h1", {}, t("title_ticket")),
      h("button", { type: "button", onclick: startAnew }, t("ticket_new"))),
    h("div", { class: "columns" },
      h("div", { class: "ticket" },
        h("form", { class: "panel", onsubmit: onDraft },
          field(t("ticket_message"), box, t("ticket_message_hint")),
          field(t("ticket_agreement"), agreement, t("ticket_agreement_hint")),
          notice, draftButton),
        asRead),
      h("div", {}, start, results)));
  const { agreements } = await call("GET", "/api/agreements");
  agreement.append(...agreements.map(({ id, title, title_en: english }) =>
    h("option", { value: id }, (language === "en" && english) || title)));
  await restore();
});

/* Asking */

function onKey(event) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  event.target.form.requestSubmit();
}

async function onDraft(event) {
  event.preventDefault();
  const message = box.value;
  const problem = !message.trim() ? "ticket_empty" : [...message].length > MOST ? "ticket_too_long" : null;
  if (problem) {
    fill(notice, h("p", { class: "notice", role: "alert" }, t(problem)));
    box.focus();
    return;
  }
  const wanted = { message, agreement: agreement.value || null, cited: [], approved: [] };
  const isNew = wanted.message !== asked.message || wanted.agreement !== asked.agreement;
  const made = await inLine(() => ask(() => wanted, isNew, draftButton, notice));
  if (!made) return;
  if (whole.isOfThisMessage()) heading.focus();
  say(heading.textContent);
}

/** Draft with what `want(asked)` returns; what fails leaves the draft as it was. */
async function ask(want, isNew, button, place) {
  const wanted = want(asked);
  results.setAttribute("aria-busy", "true");
  const made = await during(button, place, () =>
    call("POST", "/api/desk/drafts", { ...wanted, keep: isNew }).catch((error) => {
      refused = error.status;
      throw error;
    }));
  results.removeAttribute("aria-busy");
  if (!made) return false;
  asked = wanted;
  draft = made;
  show();
  keep();
  return true;
}

function inLine(work) {
  line = line.catch(() => null).then(work);
  return line;
}

/** Put `value` for question `at` into one of the lists of what is asked for. */
function change(name, at, value) {
  return inLine(async () => {
    const done = await ask((former) => ({
      ...former,
      [name]: draft.replies.map((_, place) => (place === at ? value() : former[name][place] ?? null)),
    }), false, null, changeNotice);
    if (done) say(t("ticket_changed", { number: at + 1 }));
  });
}

const acts = {
  cite: (at, change_) => change("cited", at, () =>
    change_(draft.replies[at].passages.map((passage) => passage.clause_id))),
  reset: (at) => change("cited", at, () => null),
  use: (at, replyId) => change("approved", at, () => replyId),
  approve: approveOne,
};

/* Showing */

function show() {
  const focus = document.activeElement?.dataset.key;
  const open = new Set([...cards.querySelectorAll("details[open]")].map((details) => details.dataset.key));
  start.hidden = true;
  results.hidden = asRead.hidden = false;
  const count = draft.replies.length;
  fill(heading, count ? t(count === 1 ? "ticket_result_one" : "ticket_result", { count }) : t("ticket_no_question"));
  fill(hints,
    count ? null : h("p", { class: "notice" }, t("ticket_no_question_hint")),
    draft.left_out ? h("p", { class: "notice" }, t("ticket_left_out", { count: draft.left_out })) : null);
  fill(asRead, h("h2", { id: "read-heading" }, t("ticket_as_read")), showMessage(asked.message, draft));
  fill(cards, draft.replies.map((reply, at) =>
    showCard(reply, at, (asked.cited[at] ?? null) !== null, draft.language, acts)));
  for (const details of cards.querySelectorAll("details")) details.open = open.has(details.dataset.key);
  whole.show(draft, asked.message);
  if (focus) findFocus(focus);
}

/** Focus the button that had the focus before the cards were drawn anew, or else its card. */
function findFocus(key) {
  const keyed = [...cards.querySelectorAll("[data-key]")];
  const card = `card ${key.split(" ")[1]}`;
  const found = keyed.find((element) => element.dataset.key === key && element.offsetParent)
    ?? keyed.find((element) => element.dataset.key === card);
  found?.focus();
}

/* Approving */

async function approveOne(at) {
  if (!whole.isOfThisMessage()) return;
  const written = sectionOf(whole.text(), draft, at);
  const text = written ?? sectionOf(draft.text, draft, at);
  await approveReplies([draft.replies[at]], text, written === null ? "ticket_heading_gone" : null);
}

async function approveWhole() {
  if (whole.isOfThisMessage()) await approveReplies(draft.replies, withoutFrame(whole.text(), draft), null);
}

async function approveReplies(replies, text, hint) {
  const done = await approve({
    language: draft.language,
    text,
    hint,
    questions: replies.map((reply) => reply.alone ?? reply.text),
    clauses: clausesOf(replies),
  });
  if (done) await inLine(() => ask((former) => former, false, null, changeNotice)); // it is offered now
}

/* Keeping what was written, as long as this tab is open */

function keep() {
  const kept = { person: me.person_id, typed: box.value, chosen: agreement.value, asked, edit: whole.edit() };
  sessionStorage.setItem(KEPT, JSON.stringify(kept));
}

async function restore() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  if (kept?.person !== me.person_id) return;
  box.value = kept.typed;
  agreement.value = [...agreement.options].some(({ value }) => value === kept.chosen) ? kept.chosen : "";
  whole.setEdit(kept.edit);
  if (kept.asked.message === null) return;
  asked = kept.asked;
  if (await ask(() => asked, false, null, notice) || refused !== 404) return;
  const again = { ...NOTHING, message: asked.message }; // a clause or an agreement is gone
  if (await ask(() => again, false, null, notice)) fill(notice, h("p", { class: "notice" }, t("ticket_gone")));
}

async function startAnew() {
  const isSure = whole.edit() === null
    || await confirm(t("ticket_new"), t("ticket_new_question"), t("ticket_new_action"));
  if (!isSure) return;
  sessionStorage.removeItem(KEPT);
  asked = NOTHING;
  draft = null;
  box.value = "";
  whole.setEdit(null);
  results.hidden = asRead.hidden = true;
  start.hidden = false;
  for (const element of [notice, changeNotice]) fill(element);
  box.focus();
}
