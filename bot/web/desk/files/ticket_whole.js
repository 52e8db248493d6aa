/* The whole reply: it follows the cards until a person edits it, and then nothing overwrites it. */

import { field, fill, h, say, t } from "./dom.js";
import { toHtml, toMarkdown } from "./ticket_forms.js";

/**
 * Return the panel of the whole reply. `changed()` is called when its text is another; `approve()`
 * when the whole of it is to be approved.
 *
 * An edit is `{text, base}`: what a person wrote, and the draft that they wrote it upon.
 */
export function makeWhole(changed, approve) {
  let draft = null;
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
    edit = area.value === draft.text ? null : { text: area.value, base: edit?.base ?? draft.text };
    drawState();
    changed();
  }

  function drawState() {
    fill(note, edit
      ? [h("p", { class: "hint" }, t("ticket_edited")), edit.base === draft.text ? dropping() : null]
      : h("p", { class: "hint" }, t("ticket_follows")));
    const isOld = edit !== null && edit.base !== draft.text;
    if (!isOld) return fill(conflict);
    if (conflict.childElementCount) return conflict;
    return fill(conflict, h("div", { class: "notice" },
      h("p", {}, t("ticket_conflict")),
      h("div", { class: "actions" }, button(t("ticket_take_new"), takeNew), button(t("ticket_keep_own"), keepOwn))));
  }

  function dropping() {
    return h("button", { type: "button", class: "quiet", onclick: takeNew }, t("ticket_take_draft"));
  }

  function takeNew() {
    edit = null;
    show(draft);
    changed();
    area.focus();
  }

  function keepOwn() {
    edit.base = draft.text;
    drawState();
    changed();
    area.focus();
  }

  /** Follow a draft, unless a person has edited what stands there. */
  function show(made) {
    draft = made;
    area.lang = made.language;
    approving.hidden = made.replies.length < 2; // of one question, its card has the button
    if (edit === null || edit.text === made.text) {
      edit = null;
      area.value = made.text;
    } else if (area.value !== edit.text) {
      area.value = edit.text;
    }
    drawState();
  }

  function text() {
    return edit ? edit.text : draft.text;
  }

  async function copyAs(words, kind) {
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

  return { element, show, text, edit: () => edit, setEdit: (kept) => { edit = kept; } };
}
