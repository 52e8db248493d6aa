/* One agreement: its names, what it is an edition of, its history, and its removal. */

import { call, during, Problem } from "./api.js";
import { editionChoice, statedFields } from "./corpus_stated.js";
import { confirm, count, field, fill, h, list, t, when } from "./dom.js";

const UNSTATED = "?"; // no id, which has a letter or a digit
const NONE = "";

/** Draw an agreement into `main`; `left` is told what became of it. Returns the heading. */
export async function drawAgreement(main, agreement, corpus, left) {
  const path = `/api/desk/corpus/agreements/${encodeURIComponent(agreement)}`;
  let held;
  try {
    held = await call("GET", path);
  } catch (error) {
    if (!(error instanceof Problem) || error.status === 401) throw error;
    const heading = h("h1", { tabindex: "-1" }, agreement);
    fill(main, toList(), heading, h("p", { class: "notice", role: "alert" }, error.message));
    return heading;
  }
  const heading = h("h1", { tabindex: "-1" }, held.title);
  fill(main, toList(), h("p", { class: "eyebrow" }, held.agreement), heading,
    h("div", { class: "corpus" },
      namesForm(held, corpus.agreements, path, left),
      h("div", {},
        h("section", { class: "panel", "aria-labelledby": "history" },
          h("h2", { id: "history" }, t("corpus_history")),
          held.changes.length ? historyOf(held.changes) : h("p", { class: "empty" }, t("corpus_from_folder"))),
        removal(held, path, left))));
  return heading;
}

/** Return what was done, a line each. */
export function historyOf(changes) {
  return list(t("corpus_history"), changes, (row) => [
    // kind: added, reworded, restated, removed
    row.title,
    h("span", { class: "under" }, row.is_back ? t(`corpus_undid_${row.kind}`) : t(`corpus_did_${row.kind}`),
      " · ", t("corpus_by", { name: row.by }), " · ", when(row.at)),
  ]);
}

function toList() {
  return h("p", { class: "way-back" }, h("a", { href: "/desk/corpus" }, t("corpus_to_list")));
}

/** Return the form of what is stated; saving it makes no new version of the words. */
function namesForm(held, agreements, path, left) {
  const stated = statedFields(held.stated);
  const others = agreements.filter((row) => row.agreement !== held.agreement);
  const edition = editionChoice(others, held.edition_of ?? UNSTATED,
    [[UNSTATED, t("corpus_edition_read")], [NONE, t("corpus_edition_none")]]);
  const taken = others.find((row) => row.agreement === held.taken_for_edition_of);
  const notice = h("div");
  const button = h("button", { class: "solid" }, t("corpus_save"));

  async function save(event) {
    event.preventDefault();
    const body = { base: held.base, aliases: [], edition_of: edition.value === UNSTATED ? null : edition.value };
    for (const [key, value] of stated.values()) {
      if (key === "aliases") body.aliases.push(value);
      else body[key] = value;
    }
    const done = await during(button, notice, () => call("PUT", path, body));
    if (done) await left(t("corpus_saved", { title: done.title }));
    else button.focus();
  }

  return h("section", { class: "panel", "aria-labelledby": "names" },
    h("h2", { id: "names" }, t("corpus_names")),
    h("p", { class: "hint" }, t("corpus_names_hint")),
    taken && h("p", { class: "notice" }, t("corpus_taken_for", { title: taken.title })),
    h("form", { onsubmit: save }, stated.fields, field(t("corpus_stated_edition_of"), edition), notice, button));
}

/** Offer to remove an agreement, after saying what that would do. */
function removal(held, path, left) {
  const notice = h("div");
  const values = { title: held.title };
  const button = h("button", { type: "button", class: "danger" }, t("corpus_remove"));
  button.addEventListener("click", async () => {
    const look = await during(button, notice, () => call("GET", `${path}/removal`));
    button.focus(); // which it lost while it was disabled; whoever cancels is back on it
    if (!look) return;
    const asked = t("corpus_remove_ask", { clauses: count(held.clauses), replies: count(look.replies.length) });
    if (!await confirm(t("corpus_remove_title", values), asked, t("corpus_remove"))) return;
    const done = await during(button, notice, () => call("POST", `${path}/remove`, { base: look.base }));
    if (done) await left(t("corpus_removed", values));
  });
  return h("section", { class: "panel", "aria-labelledby": "remove" },
    h("h2", { id: "remove" }, t("corpus_remove")),
    h("p", { class: "hint" }, t("corpus_remove_hint")), notice, button);
}
