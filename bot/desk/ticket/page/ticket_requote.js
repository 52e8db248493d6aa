/* Clauses that no longer read as a draft quoted them: what changed, and how to quote them now. */

import { h, t } from "./dom.js";
import { piece } from "./replies_view.js";

/**
 * Return the clauses that are to be quoted anew: {former, now}, `now` null where nothing is left.
 *
 * `now` is what the API says of each of the `clauses`, in their order.
 */
export function findStale(clauses, now) {
  return clauses.map((former, at) => ({ former, now: now[at] }))
    .filter(({ former, now: later }) => later?.clause_id !== former.clause_id || later.quote !== former.quote);
}

/** Return what tells which clauses changed and how; `act(button)` quotes them anew. */
export function showStale(stale, act) {
  return h("div", { class: "notice", role: "alert" },
    h("p", { tabindex: -1 }, t("ticket_stale")),
    stale.map(({ former, now }) => h("div", { class: "stale" },
      h("p", {}, h("strong", {}, former.reference)),
      now === null ? h("p", {}, t("ticket_stale_gone"))
        : now.quote === former.quote ? h("p", {}, t("ticket_stale_moved", { reference: now.reference }))
          : h("p", { class: "clause difference" }, now.difference.map(piece)))),
    h("p", {}, t("ticket_stale_hint")),
    h("div", { class: "actions" },
      h("button", { type: "button", class: "small solid", onclick: act }, t("ticket_stale_requote"))));
}

/** Return the words of a reply with the quotes, and their renderings, as they are now. */
export function requote(text, stale) {
  return stale.filter(({ now }) => now !== null).reduce((words, { former, now }) => {
    const quoted = words.replaceAll(former.quote, () => now.quote);
    return former.rendering ? render(quoted, former.rendering, now.rendering) : quoted;
  }, text);
}

/** Replace a rendering; its line goes where there is no rendering of the words now. */
function render(text, former, now) {
  if (now !== null) return text.replaceAll(former, () => now);
  return text.split("\n").filter((line) => !line.includes(former)).join("\n");
}
