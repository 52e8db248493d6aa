/* The whole reply: it follows the cards, save in the sections that a person has edited. */

import { field, fill, h, say, t } from "./dom.js";
import { join, marksOf, merge, toHtml, toMarkdown, whole } from "./ticket_text.js";

/**
 * Return the panel of the whole reply. `changed()` is called when its text is another; `approve()`
 * when the whole of it is to be approved.
 *
 * An edit is `{text, base, message}`: what a person wrote, the draft that they wrote it upon, in
 * which a section is of the draft of today once it is settled, and the message that it replies to.
 */
export function makeWhole(changed, approve) {
  let draft = null;
  let message = null; // that the draft replies to
  let edit = null;
  const area = h("textarea", { id: "whole", class: "whole", rows: 16, oninput: onInput });
  const note = h("div", { role: "status" });
  const conflict = h("div", { role: "alert" });
  const button = (words, act) => h("button", { type: "button", onclick: act }, words);
  const approving = button(t("ticket_approve_whole"), approve);
  const element = h("section", { class: "panel", "aria-labelledby": "whole-heading" },
    h("h3", { id: "whole-heading" }, t("ticket_whole")),
    conflict, field(t("ticket_whole_label"), area, t("ticket_whole_hint")), note,
    h("div", { class: "actions" },
      button(t("ticket_copy_text"), () => copyAs(text(), "text/plain")),
      button(t("ticket_copy_markdown"), () => copyAs(edit ? toMarkdown(text()) : draft.markdown, "text/plain")),
      button(t("ticket_copy_html"), () => copyAs(edit ? toHtml(text()) : draft.html, "text/html")),
      approving));

  function onInput() {
    edit = area.value === draft.text ? null : { base: draft.text, message, ...edit, text: area.value };
    drawState();
    changed();
  }

  function drawState() {
    fill(note, edit
      ? [h("p", { class: "hint" }, t("ticket_edited")), h("button", { type: "button", class: "quiet", onclick: dropEdit }, t("ticket_take_draft"))]
      : h("p", { class: "hint" }, t("ticket_follows")));
    const asked = edit ? parts().filter((part) => part.isAsked) : [];
    const key = JSON.stringify(asked.map(({ sections, made }) => [sections, made]));
    if (conflict.dataset.key === key) return; // it is not to be read out with every letter
    conflict.dataset.key = key;
    fill(conflict, asked.map((part, at) => h("div", { class: "notice" },
      h("p", {}, t("ticket_conflict", { section: nameOf(part.sections) })),
      h("details", {}, h("summary", {}, t("ticket_conflict_made")), h("p", { class: "wording", lang: draft.language }, part.made.trim())),
      h("div", { class: "actions" },
        button(t("ticket_take_new"), () => settle(at, true)), button(t("ticket_keep_own"), () => settle(at, false))))));
  }

  /** Return the sections of the edit; an edit of the reply to another message is one of its own. */
  function parts() {
    return edit.message === message
      ? merge(edit.base, edit.text, draft.text, marksOf(draft)) : whole(edit.base, edit.text, draft.text);
  }

  /** Take a section of the draft over, or leave the person's: the one that is asked for in that place. */
  function settle(at, isTaken) {
    const merged = parts();
    const part = merged.filter(({ isAsked }) => isAsked)[at];
    part.isAsked = false;
    if (isTaken) part.text = part.made;
    const place = join(merged.slice(0, merged.indexOf(part))).text.length;
    follow(merged);
    changed();
    area.focus();
    area.setSelectionRange(place, place);
  }

  function dropEdit() {
    edit = null;
    show(draft, message);
    changed();
    area.focus();
  }

  /** Follow a draft of the reply to a message in every section that a person has not edited. */
  function show(made, repliedTo) {
    [draft, message] = [made, repliedTo];
    area.lang = made.language;
    approving.hidden = made.replies.length < 2; // of one question, its card has the button
    follow(edit === null ? whole(made.text, made.text, made.text) : parts());
  }

  function follow(merged) {
    const { text, base } = join(merged);
    const isSettled = !merged.some(({ isAsked }) => isAsked);
    edit = text === draft.text ? null : { text, base, message: isSettled ? message : edit.message };
    if (area.value !== text) area.value = text;
    drawState();
  }

  function text() {
    return edit ? edit.text : draft.text;
  }

  /** Tell whether the text replies to the message of the draft; if not, lead to the choice. */
  function isOfThisMessage() {
    if (edit === null || edit.message === message) return true;
    conflict.querySelector("button")?.focus();
    say(conflict.querySelector("p")?.textContent);
    return false;
  }

  async function copyAs(words, kind) {
    if (!isOfThisMessage()) return;
    const types = { "text/plain": new Blob([kind === "text/html" ? text() : words], { type: "text/plain" }) };
    if (kind === "text/html") types[kind] = new Blob([words], { type: kind });
    try {
      await navigator.clipboard.write([new ClipboardItem(types)]);
      say(t("copied"));
    } catch { // not allowed, or not an address that browsers trust with a clipboard
      area.select();
      say(t("ticket_copy_by_hand"));
    }
  }

  return { element, show, text, isOfThisMessage, edit: () => edit, setEdit: (kept) => { edit = kept; } };
}

function nameOf(sections) {
  const names = sections.map(({ name, number }) => t(`ticket_section_${name}`, { number }));
  return [...new Set(names)].join(t("ticket_comma"));
}
