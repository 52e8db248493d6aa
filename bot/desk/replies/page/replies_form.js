/* Editing an approved reply: nothing that was written is lost, and its clauses are cited as they are now. */

import { call, during, Problem } from "./api.js";
import { confirm, field, fill, h, say, t, when } from "./dom.js";
import { clauseFields } from "./replies_clauses.js";

/** Return an editor of a reply; `done(reply)` follows what was saved, `close()` what was not. */
export function editReply(reply, { done, close }) {
  let { revision } = reply;
  let made = 0; // names of fields
  const notice = h("div");
  const text = h("textarea", { id: "reply-text", class: "reply-field", lang: reply.language, maxlength: 20_000, value: reply.text });
  const spoken = h("select", { id: "reply-language" },
    ["zh", "en"].map((code) => h("option", { value: code, selected: code === reply.language }, t(`replies_in_${code}`))));
  const questions = h("ul", { class: "asked-list" });
  const clauses = clauseFields(reply.clauses);
  const isApproved = reply.state === "approved";
  reply.questions.forEach(addQuestion);

  const save = h("button", { class: "solid" }, isApproved ? t("save") : t("replies_save_approve"));
  const keep = h("button", { type: "button", onclick: () => store(keep, false) }, t("replies_save_only"));
  const form = h("form", { class: "panel reply", onsubmit: (event) => {
    event.preventDefault();
    store(save, !isApproved);
  } },
    h("h2", { tabindex: -1 }, t("replies_editing")),
    field(t("replies_text"), text),
    h("div", { class: "row reply-language" }, field(t("replies_language"), spoken)),
    h("fieldset", {}, h("legend", {}, t("replies_questions")), h("p", { class: "hint" }, t("replies_questions_hint")), questions,
      h("button", { type: "button", class: "small", onclick: () => addQuestion("").focus() }, t("replies_add_question"))),
    clauses.element,
    notice,
    h("div", { class: "actions" }, save, isApproved ? null : keep,
      h("button", { type: "button", onclick: close }, t("cancel"))));
  let before = written();

  function addQuestion(words) {
    const number = ++made;
    const input = h("input", { id: `question-${number}`, value: words, maxlength: 2_000, "aria-label": t("replies_question") });
    const entry = h("li", {}, input, h("button", {
      type: "button", class: "small", "aria-label": t("replies_drop_question", { question: words }),
      onclick: () => {
        entry.remove();
        (questions.querySelector("input") ?? text).focus();
      },
    }, t("replies_drop")));
    questions.append(entry);
    return input;
  }

  function content() {
    const asked = [...questions.querySelectorAll("input")].map((input) => input.value.trim());
    return { language: spoken.value, text: text.value, questions: asked.filter(Boolean), clauses: clauses.values() };
  }

  function written() {
    return JSON.stringify(content());
  }

  async function store(button, approves) {
    const isAsBefore = approves && reply.state === "pending" && text.value === reply.text;
    if (isAsBefore && !(await confirm(t("replies_as_before"), t("replies_as_before_text"), t("replies_as_before_action")))) {
      text.focus();
      return;
    }
    const path = `/api/desk/replies/${encodeURIComponent(reply.reply_id)}`;
    const saved = await during(button, notice, async () => {
      try {
        let after = await call("PUT", path, { revision, ...content() });
        revision = after.revision;
        before = written();
        if (approves) after = await call("POST", `${path}/approve`, { revision });
        return after;
      } catch (error) {
        if (error instanceof Problem && error.status === 409) return showOther(path);
        throw error;
      }
    });
    if (!saved) return;
    say(approves ? t("replies_approved") : t("replies_saved"));
    await done(saved);
  }

  /** Somebody was there first: show what they wrote beside what is in the form, which stays. */
  async function showOther(path) {
    const other = await call("GET", path);
    const step = other.history.at(-1);
    const takes = h("button", { type: "button", class: "small", onclick: () => done(other) }, t("replies_take_theirs"));
    const heading = h("p", { tabindex: -1 }, t("replies_conflict"));
    fill(notice, h("div", { class: "notice", role: "alert" }, heading,
      h("p", { class: "eyebrow" }, [step.who, t(`replies_deed_${step.deed}`)].filter(Boolean).join(" · "), " · ", when(step.at)),
      h("p", { class: "reply-text" }, other.text), h("div", { class: "actions" }, takes)));
    revision = other.revision; // saving once more is meant
    heading.focus();
    return undefined;
  }

  return { element: form, isDirty: () => written() !== before, focus: () => form.querySelector("h2").focus() };
}
