/* Sessions and keys as lists, and the form of a new key: for one's own account and for everybody's. */

import { call, during, leave } from "./api.js";
import { confirm, copy, count, fact, field, fill, h, list, say, t, when } from "./dom.js";

/** Return a list of sessions; `reload` is called when one was ended. */
export function sessionList(sessions, reload) {
  if (!sessions.length) return h("p", { class: "empty" }, t("account_sessions_none"));
  return list(t("account_sessions"), sessions, (session) => {
    const notice = h("div");
    const end = h("button", { type: "button", class: "small danger", onclick: revoke }, t("account_session_end"));

    async function revoke() {
      const text = t(session.is_current ? "account_session_end_own" : "account_session_end_text");
      if (!await confirm(t("account_session_end_title"), text, t("account_session_end"))) return;
      const path = `/api/desk/sessions/${session.session_id}`;
      if (await during(end, notice, () => call("DELETE", path)) === undefined) return;
      if (session.is_current) return leave();
      say(t("account_session_ended"));
      await reload();
    }

    return h("div", { class: "entry" },
      h("div", { class: "entry-words" },
        h("p", { class: "entry-name" }, session.address || t("account_here"), " ",
          session.is_current ? h("span", { class: "tag good" }, t("account_session_current")) : null),
        h("p", { class: "hint" },
          fact(t("account_begun"), when(session.begun_at)),
          fact(t("account_seen"), when(session.seen_at)),
          fact(t("account_ends"), when(session.ends_at))), notice),
      end);
  });
}

/** Return lists of keys, the good before the revoked; `people` are those who may own them, by id. */
export function keyList(keys, people, reload) {
  const good = keys.filter((key) => !key.revoked_at);
  const revoked = keys.filter((key) => key.revoked_at);
  const row = (key) => keyRow(key, people, reload);
  return h("div", {},
    good.length
      ? list(t("account_keys"), good, row)
      : h("p", { class: "empty" }, t("account_keys_none")),
    revoked.length
      ? h("details", { class: "revoked" },
        h("summary", {}, t("account_keys_revoked", { count: count(revoked.length) })),
        list(t("account_keys_revoked", { count: count(revoked.length) }), revoked, row))
      : null);
}

function keyRow(key, people, reload) {
  const owner = people[key.person_id];
  const notice = h("div");
  const end = h("button", { type: "button", class: "small danger", onclick: revoke }, t("account_key_revoke"));

  async function revoke() {
    const text = t("account_key_revoke_text", { name: key.name });
    if (!await confirm(t("account_key_revoke_title"), text, t("account_key_revoke"))) return;
    const done = await during(end, notice, () => call("DELETE", `/api/desk/keys/${key.key_id}`));
    if (done === undefined) return;
    say(t("account_key_revoke_done"));
    await reload();
  }

  const limits = { key: count(key.per_key_per_minute), address: count(key.per_address_per_minute) };
  return h("div", { class: "entry" },
    h("div", { class: "entry-words" },
      h("p", { class: "entry-name" }, h("span", {}, key.name), " ",
        h("span", { class: "tag" }, t(`account_key_purpose_${key.purpose}`)), " ",
        key.revoked_at ? h("span", { class: "tag bad" }, t("account_key_is_revoked")) : null,
        owner?.is_disabled && !key.revoked_at ? h("span", { class: "tag bad" }, t("account_key_owner_disabled")) : null),
      key.origins.map((origin) => h("p", { class: "hint" }, h("code", {}, origin))),
      h("p", { class: "hint" },
        owner ? fact(t("account_key_owner"), owner.name) : null,
        fact(t("account_key_added"), when(key.added_at)),
        key.used_at ? fact(t("account_seen"), when(key.used_at)) : fact(t("account_key_unused"), ""),
        key.revoked_at ? fact(t("account_key_is_revoked"), when(key.revoked_at)) : null,
        key.purpose === "widget" ? fact(t("account_key_limits", limits), "") : null), notice),
    key.revoked_at ? null : end);
}

/** Return the form of a new key of one of the purposes; `reload` is called when one was made. */
export function keyForm(purposes, reload) {
  const name = h("input", { id: "key-name", required: true, minlength: 2, maxlength: 64, autocomplete: "off" });
  const purpose = h("select", { id: "key-purpose", onchange: show },
    purposes.map((known) => h("option", { value: known }, t(`account_key_purpose_${known}`))));
  const origins = h("textarea", { id: "key-origins", class: "sites", spellcheck: "false", placeholder: "https://help.example.com" });
  const perKey = number("key-limit", 600);
  const perAddress = number("key-address", 30);
  const what = h("p", { class: "hint" });
  const widget = h("div", {},
    field(t("account_key_origins"), origins, t("account_key_origins_hint")),
    h("div", { class: "row limits" },
      field(t("account_key_per_key"), perKey), field(t("account_key_per_address"), perAddress)));
  const notice = h("div");
  const shown = h("div");
  const button = h("button", { class: "solid" }, t("account_key_make"));

  function show() {
    widget.hidden = purpose.value !== "widget";
    origins.required = !widget.hidden;
    what.textContent = t(`account_key_what_${purpose.value}`);
  }

  async function make(event) {
    event.preventDefault();
    const body = { name: name.value.trim(), purpose: purpose.value };
    if (body.purpose === "widget") {
      body.origins = origins.value.split(/\s+/).filter(Boolean);
      body.per_key_per_minute = Number(perKey.value);
      body.per_address_per_minute = Number(perAddress.value);
    }
    const made = await during(button, notice, () => call("POST", "/api/desk/keys", body));
    if (!made) return;
    name.value = origins.value = "";
    showSecret(shown, made, name);
    await reload();
  }

  show();
  return h("div", {},
    h("form", { onsubmit: make },
      purposes.length > 1 ? field(t("account_key_purpose"), purpose) : null, what,
      field(t("account_key_name"), name, t("account_key_name_hint")), widget, notice, button),
    shown);
}

/** Return a box to tick where keys are to end with a former password, under what happens else. */
export function keysWithIt(id) {
  const box = h("input", { type: "checkbox", id, "aria-describedby": `${id}-hint` });
  return [box, h("div", { class: "field" },
    h("p", { class: "hint", id: `${id}-hint` }, t("account_keys_stay")),
    h("label", { class: "tick", for: id }, box, t("account_keys_end")))];
}

function number(id, value) {
  return h("input", { id, type: "number", min: 1, max: 1000000, step: 1, required: true, value });
}

/** Show the secret of a key until it is said to be stored. */
function showSecret(place, made, back) {
  const heading = h("h3", { id: "secret-title", tabindex: "-1" }, t("account_secret_title", { name: made.name }));
  const secret = h("input", { id: "secret", class: "secret", readonly: true, value: made.secret, autocomplete: "off", spellcheck: "false", onfocus: () => secret.select() });

  function forget() {
    fill(place);
    back.focus();
  }

  fill(place, h("section", { class: "notice good", "aria-labelledby": "secret-title" },
    heading,
    h("p", {}, t("account_secret_once")),
    field(t("account_secret"), secret, t(`account_key_use_${made.purpose}`)),
    h("div", { class: "actions" },
      h("button", { type: "button", class: "solid", onclick: () => copy(made.secret) }, t("account_secret_copy")),
      h("button", { type: "button", onclick: forget }, t("account_secret_done")))));
  heading.focus();
  place.scrollIntoView({ block: "nearest" });
}
