/* Saving what was written to a customer as an approved reply to like questions. */

import { call, during } from "./api.js";
import { confirm, field, h, say, t } from "./dom.js";

/**
 * Ask for what is to be approved, and approve it; resolves to whether that was done.
 *
 * `proposal` is {language, text, questions, clauses: [{clause_id, reference, quote, chosen}]}.
 */
export function approve(proposal) {
  const replyId = newId(); // of this dialog, so that trying again saves nothing twice
  return new Promise((resolve) => {
    const text = h("textarea", { id: "approve-text", required: true, lang: proposal.language, value: proposal.text });
    const questions = h("textarea", {
      id: "approve-questions", class: "short", required: true, value: proposal.questions.join("\n"),
    });
    const boxes = proposal.clauses.map(showClause);
    const cited = boxes.filter((_, at) => proposal.clauses[at].chosen);
    const others = boxes.filter((_, at) => !proposal.clauses[at].chosen);
    const notice = h("div");
    const button = h("button", { class: "solid" }, t("ticket_approve_action"));
    const dialog = h("dialog", { class: "dialog approve", "aria-labelledby": "approve-heading" },
      h("form", { onsubmit: submit },
        h("h2", { id: "approve-heading" }, t("ticket_approve_heading")),
        h("p", { class: "lead" }, t("ticket_approve_lead")),
        field(t("ticket_approve_text"), text),
        field(t("ticket_approve_questions"), questions, t("ticket_approve_questions_hint")),
        h("fieldset", {}, h("legend", {}, t("ticket_approve_clauses")), cited,
          others.length
            ? h("details", { class: "choices", open: !cited.length },
              h("summary", {}, t("ticket_choices", { count: others.length })), others) : null),
        notice,
        h("div", { class: "actions" }, button,
          h("button", { type: "button", onclick: leave }, t("cancel")))));
    const written = () => JSON.stringify([text.value, questions.value]);

    /** Close the dialog; what was written in it is not thrown away unasked. */
    async function leave() {
      const isKept = written() === before
        || await confirm(t("ticket_leave"), t("ticket_leave_text"), t("ticket_leave_action"));
      if (isKept) dialog.close();
    }

    async function submit(event) {
      event.preventDefault();
      const kept = await during(button, notice, () => call("POST", "/api/desk/replies", {
        reply_id: replyId,
        language: proposal.language,
        text: text.value.trim(),
        questions: questions.value.split("\n").map((line) => line.trim()).filter(Boolean),
        clauses: proposal.clauses.filter((_, at) => boxes[at].querySelector("input").checked)
          .map(({ clause_id, quote }) => ({ clause_id, quote })),
      }));
      if (!kept) return;
      dialog.close("done");
      say(t(kept.state === "spooled" ? "ticket_approve_spooled" : "ticket_approve_done"));
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

function showClause({ reference, quote, chosen }, at) {
  const id = `approve-clause-${at}`;
  return h("div", { class: "clause-choice" },
    h("input", { type: "checkbox", id, checked: chosen }),
    h("label", { for: id }, h("strong", {}, reference), " ", h("span", { class: "clause" }, quote)));
}

/** Return an id that cannot be guessed; unlike randomUUID, without https as well. */
function newId() {
  const bytes = Array.from(crypto.getRandomValues(new Uint8Array(16)));
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
