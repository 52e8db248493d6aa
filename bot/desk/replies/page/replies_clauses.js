/* The clauses that an edited reply cites: dropped, found, quoted as they are now. */

import { call, during } from "./api.js";
import { field, fill, h, t } from "./dom.js";
import { citedClause } from "./replies_view.js";

/** Return the fields of the clauses a reply cites; `values()` gives what is to be sent. */
export function clauseFields(cited) {
  let made = 0; // names of fields
  const list = h("ul", { class: "cited-list" });
  const hits = h("ul", { class: "hits" });
  const notice = h("div");
  const wanted = h("input", { id: "clause-words", type: "search", maxlength: 500, autocomplete: "off", onkeydown: (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // it would save the reply
    search();
  } });
  const finds = h("button", { type: "button", onclick: search }, t("replies_find"));
  cited.forEach(add);

  function add(clause) {
    const number = ++made;
    const quote = h("textarea", { id: `quote-${number}`, class: "short clause", value: clause.quote });
    const id = h("code", {}, clause.clause_id);
    const entry = h("li", { dataset: { id: clause.clause_id, quote: clause.quote } });
    const remove = h("button", {
      type: "button", class: "small", "aria-label": t("replies_drop_clause", { clause: clause.clause_id }),
      onclick: () => {
        entry.remove();
        wanted.focus();
      },
    }, t("replies_drop"));
    const whole = h("details", {}, h("summary", {}, t("replies_whole")), h("p", { class: "clause" }, clause.now ?? clause.text));
    const fields = [field(t("replies_quote"), quote, t("replies_quote_hint")), whole];
    if (clause.change === "unchanged") {
      fill(entry, h("h4", {}, clause.title, " ", id), fields, h("div", { class: "actions" }, remove));
    } else {
      const recite = clause.now === null ? null : h("button", { type: "button", class: "small solid", onclick: () => {
        entry.dataset.id = clause.now_id;
        quote.value = clause.now_quote;
        id.textContent = clause.now_id;
        fill(entry, h("h4", {}, clause.title, " ", id), fields, h("div", { class: "actions" }, remove));
        quote.focus();
      } }, t("replies_recite"));
      fill(entry, citedClause(clause), h("div", { class: "actions" }, recite, remove));
    }
    list.append(entry);
    return quote;
  }

  async function search() {
    if (!wanted.value.trim()) return;
    const query = new URLSearchParams({ q: wanted.value, k: 5 });
    const found = await during(finds, notice, () => call("GET", `/api/search?${query}`));
    if (!found) return;
    fill(hits, found.hits.length ? found.hits.map(hit) : h("li", {}, t("replies_no_clause")));
  }

  function hit(clause) {
    const cites = h("button", {
      type: "button", class: "small", "aria-label": t("replies_cite_clause", { clause: clause.clause_id }),
      onclick: () => {
        fill(hits);
        add({ ...clause, title: clause.path.at(-1) ?? "", quote: clause.text, change: "unchanged", now: clause.text }).focus();
      },
    }, t("replies_cite"));
    return h("li", {}, h("p", {}, h("code", {}, clause.clause_id)), h("p", { class: "clause" }, clause.text), cites);
  }

  const element = h("fieldset", {}, h("legend", {}, t("replies_clauses")), list,
    h("div", { class: "row" }, field(t("replies_find_clause"), wanted), finds), notice, hits);
  return {
    element,
    values: () => [...list.children].map((entry) => ({
      clause_id: entry.dataset.id,
      quote: entry.querySelector("textarea")?.value ?? entry.dataset.quote,
    })),
  };
}
