/* What every page does first: who is signed in, the menu, then the page itself. */

import { call, leave, Problem } from "./api.js";
import { confirm, fill, h, t } from "./dom.js";

const MENU = [
  ["ticket", "/desk", "agent"],
  ["replies", "/desk/replies", "agent"],
  ["gaps", "/desk/gaps", "agent"],
  ["corpus", "/desk/corpus", "admin"],
  ["people", "/desk/people", "admin"],
  ["trail", "/desk/trail", "admin"],
];

for (const link of document.querySelectorAll("[data-lang]")) {
  link.addEventListener("click", () => {
    document.cookie = `clausebot_lang=${link.dataset.lang}; path=/; max-age=31536000; samesite=lax`;
  });
}

/** Find out who is signed in, draw the menu, then `draw(main, me)`; without anybody, sign in. */
export async function begin(draw) {
  const main = document.getElementById("main");
  try {
    const me = await call("GET", "/api/desk/session");
    drawMenu(me);
    await draw(main, me);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status === 401) return;
    const again = h("button", { type: "button", onclick: () => location.reload() }, t("try_again"));
    fill(main, h("p", { class: "notice", role: "alert" }, error.message), again);
  }
  document.documentElement.dataset.ready = "";
}

function drawMenu(me) {
  const page = document.body.dataset.page;
  const links = MENU.filter(([, , role]) => role === "agent" || me.role === role).map(
    ([name, path]) =>
      h("li", {}, h("a", { href: path, "aria-current": name === page ? "page" : null }, t(`title_${name}`))));
  fill(document.getElementById("menu"),
    h("nav", { class: "menu", "aria-label": t("menu_label") }, h("ul", {}, links)));
  const out = h("button", { type: "button", class: "quiet", onclick: signOut }, t("sign_out"));
  fill(document.getElementById("who"),
    h("span", { class: "sr-only" }, t("signed_in_as")),
    h("a", { href: "/desk/account" }, me.name),
    h("span", { class: "tag" }, t(`role_${me.role}`)), out);
}

/** Sign out, unless the edited letter that would be lost with it is not to be. */
async function signOut() {
  if (holdsLetter() && !await confirm(t("sign_out"), t("sign_out_question"), t("sign_out_action"))) return;
  let isOpen = false; // the session, although this browser has forgotten it
  try {
    await call("DELETE", "/api/desk/session");
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    isOpen = error.code === "storage";
    if (!isOpen && error.code !== "signed_out") return stay(error);
  }
  sessionStorage.clear();
  leave(isOpen);
}

/** Tell whether the ticket page holds a letter that was edited; see its `keep`. */
function holdsLetter() {
  return (JSON.parse(sessionStorage.getItem("ticket") ?? "null")?.edit ?? null) !== null;
}

function stay(error) {
  document.getElementById("sign-out-notice")?.remove();
  document.getElementById("main").prepend(h("p", { class: "notice", role: "alert", id: "sign-out-notice" },
    t("sign_out_failed", { problem: error.message })));
}
