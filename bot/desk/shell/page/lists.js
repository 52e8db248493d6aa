/* Long lists, a part at a time. */

import { h, t } from "./dom.js";

const MOST = 50; // rows that are drawn at once

/** Return a list of rows, `row(item)` for each; what is beyond the first stands behind a button. */
export function list(name, items, row) {
  const rows = h("ul", { class: "entries", "aria-label": name });
  const more = h("button", { type: "button", class: "small", onclick: draw });
  let drawn = 0;

  function draw() {
    const next = items.slice(drawn, drawn + MOST).map((item) => h("li", {}, row(item)));
    rows.append(...next);
    const first = drawn > 0 ? next[0] : null;
    drawn += next.length;
    more.hidden = drawn >= items.length;
    more.textContent = t("account_more", { count: items.length - drawn });
    first?.querySelector("button, summary, a")?.focus();
  }

  draw();
  return h("div", {}, rows, more);
}

/** Return a fact with its name, such as when something was; `value` may be an element. */
export function fact(name, value) {
  return h("span", { class: "fact" }, `${name} `, value);
}
