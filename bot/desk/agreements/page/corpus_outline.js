/* The outline of an agreement as a tree that folds at its headings. */

import { h, t } from "./dom.js";

/** Return the tree of an outline's entries. */
export function outline(entries) {
  const root = h("ul", { class: "outline" });
  const open = [{ level: -1, list: root }];
  for (const entry of entries) {
    if (entry.kind === "heading") {
      while (open.length > 1 && open.at(-1).level >= entry.level) open.pop();
      const list = h("ul");
      const words = h("summary", {}, entry.words);
      open.at(-1).list.append(h("li", {}, h("details", { open: true }, words, list)));
      open.push({ level: entry.level, list });
    } else {
      open.at(-1).list.append(line(entry, open.length));
    }
  }
  for (const fold of root.querySelectorAll("details")) {
    if (!fold.lastChild.childElementCount) fold.replaceWith(h("p", { class: "bare" }, fold.firstChild.textContent));
  }
  return root;
}

function line(entry, depth) {
  const number = h("span", { class: "line", "aria-hidden": "true" }, entry.line);
  if (entry.kind === "leftover") {
    return h("li", { class: "set-aside" }, number, t("corpus_set_aside", { reason: entry.label }), " ", entry.words);
  }
  const inner = Math.min(Math.max(entry.level - depth + 1, 0), 4);
  return h("li", { class: `clause inner-${inner}` }, number, h("b", {}, entry.label), " ", entry.words);
}
