/* Two-factor sign-in of one's own account: set up, turned on by a first code, turned off. */

import { call, during } from "./api.js";
import { copy, count, fact, field, fill, h, s, say, t, when } from "./dom.js";

/** Return the part of the account's page; `reload` is called when other sessions have ended. */
export function secondFactorPart(me, reload) {
  const path = `/api/desk/people/${me.person_id}/second-factor`;
  const title = h("h2", { tabindex: "-1" }, t("factor"));
  const place = h("div", { class: "busy" }, t("busy"));

  function show(...children) {
    fill(place, ...children).className = "";
  }

  async function load() {
    const factor = await during(null, place, () => call("GET", path));
    if (factor) show(factor.is_on ? onPart(factor) : offPart());
  }

  async function loadAndGo() {
    await load();
    title.focus();
  }

  function offPart() {
    const ask = h("button", { type: "button", onclick: () => unfold(ask, form, current) }, t("factor_begin"));
    const current = passwordInput();
    const notice = h("div");
    const button = h("button", { class: "solid" }, t("factor_continue"));
    const form = h("form", { onsubmit: begin }, field(t("account_password_current"), current), notice, button);

    async function begin(event) {
      event.preventDefault();
      const offer = await during(button, notice, () => call("POST", path, { current: current.value }));
      if (offer) showOffer(offer);
    }

    return [h("p", { class: "hint" }, t("factor_hint")), ask];
  }

  function showOffer(offer) {
    const heading = h("h3", { tabindex: "-1" }, t("factor_scan"));
    const secret = h("input", { id: "factor-secret", class: "secret", readonly: true, value: offer.secret, autocomplete: "off", spellcheck: "false", onfocus: () => secret.select() });
    const code = codeInput();
    const notice = h("div");
    const button = h("button", { class: "solid" }, t("factor_turn_on"));

    async function turnOn(event) {
      event.preventDefault();
      const given = await during(button, notice, () => call("PUT", path, { code: code.value }));
      if (!given) return code.select();
      say(t("factor_turned_on"));
      showCodes(given.codes);
      await reload();
    }

    show(heading,
      h("p", { class: "hint" }, t("factor_scan_hint")), drawing(offer.squares),
      field(t("factor_secret"), secret),
      h("p", {}, h("a", { href: offer.address }, t("factor_open"))),
      h("form", { onsubmit: turnOn }, field(t("factor_code_first"), code, t("factor_code_hint")), notice,
        h("div", { class: "actions" }, button,
          h("button", { type: "button", onclick: loadAndGo }, t("cancel")))));
    heading.focus();
  }

  function showCodes(codes) {
    const heading = h("h3", { tabindex: "-1" }, t("factor_codes"));
    show(h("div", { class: "notice good" }, heading,
      h("p", {}, t("factor_codes_hint")),
      h("ul", { class: "codes" }, codes.map((code) => h("li", {}, h("code", {}, code)))),
      h("div", { class: "actions" },
        h("button", { type: "button", class: "solid", onclick: () => copy(codes.join("\n")) }, t("factor_codes_copy")),
        h("button", { type: "button", onclick: loadAndGo }, t("account_secret_done")))));
    heading.focus();
  }

  function onPart(factor) {
    const ask = h("button", { type: "button", onclick: () => unfold(ask, form, current) }, t("factor_turn_off"));
    const current = passwordInput();
    const code = codeInput();
    const notice = h("div");
    const button = h("button", { class: "danger" }, t("factor_turn_off"));
    const form = h("form", { onsubmit: turnOff },
      field(t("account_password_current"), current), field(t("factor_code"), code), notice, button);

    async function turnOff(event) {
      event.preventDefault();
      const body = { current: current.value, code: code.value };
      if (await during(button, notice, () => call("POST", `${path}/off`, body)) === undefined) return;
      say(t("factor_turned_off"));
      await loadAndGo();
    }

    return [
      h("p", {}, h("span", { class: "tag good" }, t("factor_on")), " ", fact(t("factor_since"), when(factor.since)),
        fact(t("factor_codes_left"), count(factor.recovery_codes))),
      h("p", { class: "hint" }, t("factor_on_hint")), ask];
  }

  load();
  return h("section", { class: "panel" }, title, place);
}

/** Put a form in the place of the button that asked for it. */
function unfold(button, form, first) {
  button.replaceWith(form);
  first.focus();
}

function passwordInput() {
  return h("input", { id: "factor-current", type: "password", autocomplete: "current-password", required: true, maxlength: 1024 });
}

/** Return a field for a code of the app, or a recovery code. */
export function codeInput() {
  return h("input", { id: "code", class: "secret", required: true, maxlength: 64, autocomplete: "one-time-code", autocapitalize: "none", spellcheck: "false" });
}

/** Return a QR code, dark on light whatever the page's colours are. */
function drawing(rows) {
  const path = rows.flatMap((row, y) => [...row.matchAll(/1+/g)].map((run) => `M${run.index} ${y}h${run[0].length}v1h-${run[0].length}z`));
  return s("svg", { class: "qr", viewBox: `0 0 ${rows.length} ${rows.length}`, role: "img", "aria-label": t("factor_picture"), "shape-rendering": "crispEdges" },
    s("path", { d: path.join("") }));
}
