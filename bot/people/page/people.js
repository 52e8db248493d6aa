/* Everybody who may sign in, what they may do, and all keys; for admins. */

import { call, during, leave, Problem } from "./api.js";
import { confirm, fact, field, fill, h, list, say, t, when } from "./dom.js";
import { keyForm, keyList, keysWithIt, sessionList } from "./credentials.js";
import { begin } from "./shell.js";

begin(async (main, me) => {
  if (me.role !== "admin") throw new Problem(403, { code: "access" });
  const people = h("div", { class: "busy" }, t("busy"));
  const keys = h("div", { class: "busy" }, t("busy"));
  const peopleTitle = h("h2", { tabindex: "-1" }, t("people_everybody"));
  const keysTitle = h("h2", { tabindex: "-1" }, t("people_keys"));
  let known = {}; // people by id

  async function loadPeople() {
    const found = (await call("GET", "/api/desk/people")).people;
    known = Object.fromEntries(found.map((person) => [person.person_id, person]));
    fill(people, list(t("people_everybody"), found, (person) => personItem(person, me, loadKeys))).className = "";
  }

  async function loadKeys() {
    const found = (await call("GET", "/api/desk/keys")).keys;
    const reload = async () => {
      await loadKeys();
      keysTitle.focus();
    };
    fill(keys, keyList(found, known, reload)).className = "";
  }

  fill(main,
    h("div", { class: "heading" }, h("h1", {}, t("title_people"))),
    h("div", { class: "columns people" },
      h("section", { class: "panel" }, peopleTitle,
        h("p", { class: "hint" }, t("people_everybody_hint")), people),
      h("section", { class: "panel" }, h("h2", {}, t("people_add")), addForm(loadPeople))),
    h("div", { class: "columns people" },
      h("section", { class: "panel" }, keysTitle,
        h("p", { class: "hint" }, t("people_keys_hint")), keys),
      h("section", { class: "panel" }, h("h2", {}, t("account_key_new")),
        keyForm(["widget", "program"], loadKeys))));
  await loadPeople();
  await loadKeys();
});

function addForm(reload) {
  const name = h("input", { id: "name", required: true, minlength: 2, maxlength: 64, autocomplete: "off", autocapitalize: "none", spellcheck: "false" });
  const role = h("select", { id: "role" },
    ["agent", "admin"].map((known) => h("option", { value: known }, t(`role_${known}`))));
  const password = passwordInput("password");
  const notice = h("div");
  const button = h("button", { class: "solid" }, t("people_add_action"));

  async function add(event) {
    event.preventDefault();
    const body = { name: name.value, role: role.value, password: password.value };
    const person = await during(button, notice, () => call("POST", "/api/desk/people", body));
    if (!person) return;
    say(t("people_added", { name: person.name }));
    name.value = password.value = "";
    await reload();
    name.focus();
  }

  return h("form", { onsubmit: add },
    field(t("people_name"), name),
    field(t("people_role"), role, t("people_role_hint")),
    field(t("people_password"), password, t("people_password_hint")), notice, button);
}

/** Return a field for somebody else's password, which is to be read out to them. */
function passwordInput(id) {
  return h("input", { id, required: true, maxlength: 256, autocomplete: "off", autocapitalize: "none", spellcheck: "false" });
}

/** Return one of the people, folded; what can be done stands inside. `loadKeys` shows all keys anew. */
function personItem(person, me, loadKeys) {
  const details = h("details", { class: "person", ontoggle: () => details.open && !body.childElementCount && drawBody() });
  const summary = h("summary");
  const body = h("div", { class: "person-body" });
  const isMe = person.person_id === me.person_id;

  function drawSummary() {
    fill(summary,
      h("span", { class: "entry-name" }, person.name), " ",
      h("span", { class: person.role === "admin" ? "tag pen" : "tag" }, t(`role_${person.role}`)), " ",
      isMe ? h("span", { class: "tag good" }, t("people_me")) : null, " ",
      person.has_second_factor ? h("span", { class: "tag" }, t("factor_tag")) : null, " ",
      person.is_disabled ? h("span", { class: "tag bad" }, t("people_disabled")) : null);
  }

  function drawBody() {
    fill(body,
      h("p", { class: "hint" }, fact(t("people_since"), when(person.added_at)),
        h("a", { href: `/desk/trail?person_id=${person.person_id}` }, t("people_trail"))),
      rights(),
      isMe ? h("p", { class: "hint" }, h("a", { href: "/desk/account" }, t("people_own_password"))) : passwordPart(),
      sessionsPart());
  }

  function rights() {
    const notice = h("div");
    const other = person.role === "admin" ? "agent" : "admin";
    const role = h("button", { type: "button", class: "small", "data-act": "role", onclick: () => change(role, { role: other }, t(`people_make_${other}_text`, { name: person.name })) }, t(`people_make_${other}`));
    const gate = person.is_disabled
      ? h("button", { type: "button", class: "small", "data-act": "gate", onclick: () => change(gate, { is_disabled: false }) }, t("people_enable"))
      : h("button", { type: "button", class: "small danger", "data-act": "gate", onclick: () => change(gate, { is_disabled: true }, t("people_disable_text", { name: person.name })) }, t("people_disable"));

    const factor = person.has_second_factor && !isMe
      ? h("button", { type: "button", class: "small danger", onclick: clearFactor }, t("factor_clear"))
      : null;

    async function clearFactor() {
      if (!await confirm(t("people_sure"), t("factor_clear_text", { name: person.name }), factor.textContent)) return;
      const path = `/api/desk/people/${person.person_id}/second-factor/off`;
      if (await during(factor, notice, () => call("POST", path, {})) === undefined) return;
      person.has_second_factor = false;
      say(t("people_changed", { name: person.name }));
      drawSummary();
      drawBody();
      body.querySelector("[data-act=role]").focus();
    }

    async function change(button, body_, question = null) {
      if (question && !await confirm(t("people_sure"), question, button.textContent)) return;
      const path = `/api/desk/people/${person.person_id}`;
      const changed = await during(button, notice, () => call("PATCH", path, body_));
      if (!changed) return;
      if (isMe) return location.assign("/desk/account");
      Object.assign(person, changed);
      say(t("people_changed", { name: person.name }));
      drawSummary();
      drawBody();
      body.querySelector(`[data-act=${button.dataset.act}]`).focus();
      await loadKeys();
    }

    return h("div", {}, h("div", { class: "actions tight" }, role, gate, factor), notice);
  }

  function passwordPart() {
    const password = passwordInput(`password-${person.person_id}`);
    const [keys, keysField] = keysWithIt(`keys-${person.person_id}`);
    const notice = h("div");
    const button = h("button", { class: "small" }, t("people_password_action"));

    async function set(event) {
      event.preventDefault();
      const path = `/api/desk/people/${person.person_id}/password`;
      const sent = { password: password.value, revoke_keys: keys.checked };
      if (await during(button, notice, () => call("PUT", path, sent)) === undefined) return;
      password.value = "";
      say(t("people_password_done", { name: person.name }));
      drawBody();
      body.querySelector("input").focus();
      await loadKeys();
    }

    return h("form", { onsubmit: set },
      h("div", { class: "row" }, field(t("people_password_new"), password), button), keysField, notice);
  }

  function sessionsPart() {
    const title = h("h3", { tabindex: "-1" }, t("account_sessions"));
    const place = h("div", { class: "busy" }, t("busy"));
    const notice = h("div");
    const all = h("button", { type: "button", class: "small danger", hidden: true, onclick: endAll }, t("people_sessions_end"));

    async function endAll() {
      const text = t(isMe ? "people_sessions_end_own" : "people_sessions_end_text", { name: person.name });
      if (!await confirm(t("people_sure"), text, t("people_sessions_end"))) return;
      const path = `/api/desk/sessions?person_id=${person.person_id}`;
      if (!await during(all, notice, () => call("DELETE", path))) return;
      if (isMe) return leave();
      say(t("people_sessions_ended", { name: person.name }));
      await load();
      title.focus();
    }

    async function load() {
      const found = await during(null, place, () => call("GET", "/api/desk/sessions"));
      if (!found) return;
      const theirs = found.sessions.filter((session) => session.person_id === person.person_id);
      all.hidden = theirs.length < 2;
      fill(place, sessionList(theirs, async () => {
        await load();
        title.focus();
      })).className = "";
    }

    load();
    return h("div", {}, title, place, h("div", { class: "actions tight" }, all), notice);
  }

  drawSummary();
  fill(details, summary, body);
  return details;
}
