/* One's own account: who one is, the password, open sessions and keys. */

import { call, during } from "./api.js";
import { field, fill, h, say, t } from "./dom.js";
import { keyForm, keyList, keysWithIt, sessionList } from "./credentials.js";
import { secondFactorPart } from "./second_factor.js";
import { begin } from "./shell.js";

begin(async (main, me) => {
  const sessions = h("div", { class: "busy" }, t("busy"));
  const keys = h("div", { class: "busy" }, t("busy"));
  const sessionsTitle = h("h2", { tabindex: "-1" }, t("account_sessions"));
  const keysTitle = h("h2", { tabindex: "-1" }, t("account_keys"));

  async function loadSessions() {
    const found = (await call("GET", "/api/desk/sessions")).sessions.filter(isMine);
    fill(sessions, sessionList(found, then(loadSessions, sessionsTitle))).className = "";
  }

  async function loadKeys() {
    const found = (await call("GET", "/api/desk/keys")).keys.filter(isMine);
    fill(keys, keyList(found, {}, then(loadKeys, keysTitle))).className = "";
  }

  function isMine(row) {
    return row.person_id === me.person_id;
  }

  fill(main,
    h("div", { class: "heading" }, h("h1", {}, t("title_account"))),
    h("div", { class: "columns account" },
      h("div", {},
        h("section", { class: "panel" },
          h("h2", {}, t("account_who")),
          h("p", { class: "entry-name" }, me.name, " ", h("span", { class: "tag pen" }, t(`role_${me.role}`))),
          h("p", { class: "hint" }, t(`account_who_${me.role}`))),
        h("section", { class: "panel" }, h("h2", {}, t("account_password")), passwordForm(me, () => Promise.all([loadSessions(), loadKeys()]))),
        secondFactorPart(me, loadSessions)),
      h("div", {},
        h("section", { class: "panel" }, sessionsTitle,
          h("p", { class: "hint" }, t("account_sessions_hint")), sessions),
        h("section", { class: "panel" }, keysTitle,
          h("p", { class: "hint" }, t("account_keys_hint")), keys,
          h("h3", { class: "apart" }, t("account_key_new")), keyForm(["agent"], loadKeys)))));
  await Promise.all([loadSessions(), loadKeys()]);
});

/** Return what loads anew and goes to a title, since the row that was left is gone. */
function then(load, title) {
  return async () => {
    await load();
    title.focus();
  };
}

function passwordForm(me, reload) {
  const secret = (id, autocomplete) => h("input", { id, type: "password", autocomplete, required: true, maxlength: 1024 });
  const name = h("input", { class: "sr-only", value: me.name, autocomplete: "username", tabindex: "-1", "aria-hidden": "true", readonly: true });
  const current = secret("current", "current-password");
  const password = secret("password", "new-password");
  const again = secret("again", "new-password");
  const [keys, keysField] = keysWithIt("revoke-keys");
  const notice = h("div");
  const button = h("button", { class: "solid" }, t("account_password_action"));

  async function change(event) {
    event.preventDefault();
    if (password.value !== again.value) {
      fill(notice, h("p", { class: "notice", role: "alert" }, t("account_password_differs")));
      again.select();
      return;
    }
    const body = { password: password.value, current: current.value, revoke_keys: keys.checked };
    const path = `/api/desk/people/${me.person_id}/password`;
    if (await during(button, notice, () => call("PUT", path, body)) === undefined) return;
    current.value = password.value = again.value = "";
    keys.checked = false;
    say(t("account_password_done"));
    await reload();
    button.focus();
  }

  return h("form", { onsubmit: change }, name,
    field(t("account_password_current"), current),
    field(t("account_password_new"), password, t("account_password_hint")),
    field(t("account_password_again"), again), keysField, notice, button);
}
