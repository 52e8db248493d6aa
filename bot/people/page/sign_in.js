/* Signing in, and going on to the page that one wanted. */

import { call, during } from "./api.js";
import { field, fill, h, t } from "./dom.js";
import { codeInput } from "./second_factor.js";
import "./shell.js";

const name = h("input", { id: "name", autocomplete: "username", required: true, maxlength: 256, autocapitalize: "none", spellcheck: "false" });
const password = h("input", { id: "password", type: "password", autocomplete: "current-password", required: true, maxlength: 1024 });
const wasLeftOpen = new URLSearchParams(location.search).get("open") !== null;
const notice = h("div", {}, wasLeftOpen ? h("p", { class: "notice", role: "alert" }, t("sign_in_left_open")) : null);
const button = h("button", { class: "solid" }, t("sign_in_action"));
const code = codeInput();
const codePlace = h("div"); // empty until somebody is asked for one

async function signIn(event) {
  event.preventDefault();
  const isAsked = codePlace.contains(code);
  const body = { name: name.value, password: password.value, code: isAsked ? code.value : "" };
  const me = await during(button, notice, () => call("POST", "/api/desk/session", body).catch(askForCode));
  if (me) location.assign(next());
  else (codePlace.contains(code) ? code : password).select();
}

/** Show the field of the code where that alone is missing; whatever else went wrong is thrown on. */
function askForCode(problem) {
  if (problem.code === "sign_in") fill(codePlace);
  if (problem.code !== "second_factor") throw problem;
  code.value = "";
  fill(codePlace, field(t("factor_code"), code, t("problem_second_factor")));
  code.focus();
  return null;
}

/** Return the page of the desk to go on to; whatever else an address names is not obeyed. */
function next() {
  const wanted = new URLSearchParams(location.search).get("next") ?? "";
  return /^\/desk(?:\/[\w-]+)?(?:\?[\w=&%.-]*)?$/.test(wanted) && !wanted.startsWith("/desk/sign-in") ? wanted : "/desk";
}

fill(document.getElementById("main"),
  h("section", { class: "panel narrow" },
    h("h1", {}, t("title_sign_in")),
    h("p", { class: "lead" }, t("sign_in_lead")),
    h("form", { onsubmit: signIn },
      field(t("sign_in_name"), name), field(t("sign_in_password"), password), codePlace, notice, button),
    h("details", { class: "first-time" },
      h("summary", {}, t("sign_in_first")),
      h("p", { class: "hint" }, t("sign_in_first_text")),
      h("p", {}, h("code", {}, "python -m bot.people add NAME --role admin")))));
name.focus();
document.documentElement.dataset.ready = "";
