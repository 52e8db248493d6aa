/* Replies that stand already to a like question: one of them is changed, or another is meant. */

import { h, t, when } from "./dom.js";
import { stateTag } from "./replies_view.js";

/**
 * Return what tells which replies stand; `change(known, button)` puts the new words in the place
 * of one, `beside(button)` keeps them as another one.
 */
export function showStanding(standing, change, beside) {
  const isOpen = standing.some((known) => known.may_change);
  return h("div", { class: "notice", role: "alert" },
    h("p", { tabindex: -1 }, t(isOpen ? "ticket_standing" : "ticket_standing_others")),
    standing.map((known) => showOne(known, change)),
    h("div", { class: "actions" }, button(t("ticket_standing_beside"), "quiet", beside)));
}

function showOne(known, change) {
  const { reply_id: id, question, language, text } = known;
  const address = `/desk/replies?${new URLSearchParams({ id })}`;
  const who = t("ticket_approved_by", { name: known.approved_by });
  return h("div", { class: "standing" },
    h("p", { class: "soft" }, stateTag(known.state), " ", who, " · ", when(known.approved_at), " · ", t("ticket_approved_for", { question })),
    h("p", { class: "wording", lang: language }, text),
    h("div", { class: "actions" },
      known.may_change ? button(t("ticket_standing_change"), "small", (pressed) => change(known, pressed))
        : h("p", {}, known.owner ? t("replies_others", { name: known.owner_name }) : t("replies_nobodys")),
      h("a", { href: address, target: "_blank" }, t("ticket_standing_open"))));
}

function button(words, kind, act) {
  return h("button", { type: "button", class: kind, onclick: (event) => act(event.currentTarget) }, words);
}
