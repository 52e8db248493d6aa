/* Who did what, when and from where; for admins. */

import { call, during, Problem } from "./api.js";
import { count, field, fill, h, has, t, when } from "./dom.js";
import { begin } from "./shell.js";

const ACTIONS = [
  "signed_in", "sign_in_failed", "session_revoked", "sessions_revoked", "person_added",
  "person_disabled", "person_enabled", "role_changed", "password_changed", "second_factor_on",
  "second_factor_off", "second_factor_failed", "recovery_code_used", "key_added",
  "key_revoked", "reply_approved", "reply_changed", "reply_retired", "gap_marked",
  "corpus_uploaded", "corpus_published", "corpus_discarded", "corpus_restated",
  "corpus_removed", "corpus_restored", "trail_pruned",
];

begin(async (main, me) => {
  if (me.role !== "admin") throw new Problem(403, { code: "access" });
  const given = new URLSearchParams(location.search);
  const { people } = await call("GET", "/api/desk/people");
  const names = new Map(people.map(({ person_id, name }) => [person_id, name]));
  const action = choice("action", ACTIONS.map((known) => [known, t(`trail_did_${known}`)]), given);
  const person = choice("person_id", people.map((known) => [known.person_id, known.name]), given);
  const rows = h("tbody");
  const table = h("table", { class: "trail" },
    h("caption", { class: "sr-only" }, t("title_trail")),
    h("thead", {}, h("tr", {}, ["when", "who", "what", "where"].map((name) =>
      h("th", { scope: "col" }, t(`trail_${name}`))))), rows);
  const none = h("p", { class: "empty", hidden: true }, t("trail_none"));
  const notice = h("div");
  const older = h("button", { type: "button", hidden: true, onclick: () => load(older) }, t("trail_older"));
  let before = null;
  let turn = 0;

  async function load(button) {
    const mine = ++turn;
    const query = chosen();
    if (button) query.set("before", before);
    const page = await during(button, notice, () => call("GET", `/api/desk/trail?${query}`));
    if (!page || mine !== turn) return; // another choice was made meanwhile
    if (!button) fill(rows);
    const drawn = page.entries.map((entry) => line(entry, names));
    rows.append(...drawn);
    before = page.before;
    older.hidden = before === null;
    none.hidden = rows.childElementCount > 0;
    table.hidden = !none.hidden;
    if (button) drawn[0]?.focus();
  }

  function chosen() {
    const query = new URLSearchParams();
    for (const control of [action, person]) if (control.value) query.set(control.id, control.value);
    return query;
  }

  async function sift() {
    const query = chosen().toString();
    history.replaceState(null, "", query ? `?${query}` : location.pathname);
    await load(null);
  }

  action.addEventListener("change", sift);
  person.addEventListener("change", sift);
  fill(main,
    h("div", { class: "heading" }, h("h1", {}, t("title_trail"))),
    h("section", { class: "panel" },
      h("p", { class: "hint" }, t("trail_lead")),
      h("div", { class: "row sift" }, field(t("trail_action"), action), field(t("trail_person"), person)),
      notice, table, none, h("div", { class: "actions" }, older)));
  await load(null);
});

function choice(id, known, given) {
  const select = h("select", { id }, h("option", { value: "" }, t("trail_all")),
    known.map(([value, words]) => h("option", { value }, words)));
  select.value = given.get(id) ?? "";
  if (select.selectedIndex < 0) select.value = "";
  return select;
}

function line(entry, names) {
  const detail = tell(entry);
  const isBad = entry.action === "sign_in_failed" || entry.action === "second_factor_failed";
  return h("tr", { tabindex: "-1" },
    h("td", {}, when(entry.at)),
    h("th", { scope: "row" }, who(entry)),
    h("td", {},
      h("span", { class: isBad ? "tag bad" : "did" }, did(entry.action)),
      subject(entry, names), detail ? h("span", { class: "under" }, detail) : null),
    h("td", {}, entry.address ? h("code", {}, entry.address) : h("span", { class: "soft" }, t("account_here"))));
}

/** Return what it was done to, where that can be looked at. */
function subject(entry, names) {
  if (!entry.subject) return null;
  if (entry.action.startsWith("reply_")) {
    return [" ", h("a", { href: `/desk/replies?id=${encodeURIComponent(entry.subject)}` }, h("code", {}, entry.subject))];
  }
  if (entry.action === "sessions_revoked") return [": ", names.get(entry.subject) ?? entry.subject];
  return entry.action === "gap_marked" ? [" ", h("code", {}, entry.subject)] : null;
}

/** Return the words of an action; one that a newer server wrote is shown as it is. */
function did(action) {
  return has(`trail_did_${action}`) ? t(`trail_did_${action}`) : action;
}

function who(entry) {
  if (entry.person_id) return entry.who;
  const user = /^command of user (\d+)$/.exec(entry.who);
  if (user) return t("trail_command", { user: user[1] });
  return entry.who === "an unknown name" ? t("trail_unknown") : entry.who;
}

const DETAILS = {
  role_changed: [/^(.*) to (admin|agent)$/, (name, role) => `${name} → ${t(`role_${role}`)}`],
  person_added: [/^(.*), (admin|agent)$/, (name, role) => `${name} · ${t(`role_${role}`)}`],
  key_added: [/^(.*), (widget|program|agent)((?: \S+)*)$/, (name, purpose, origins) =>
    `${name} · ${t(`account_key_purpose_${purpose}`)}${origins}`],
  gap_marked: [/^(new|answered_elsewhere|should_say|ignored) -> (new|answered_elsewhere|should_say|ignored)$/,
    (former, state) => `${t(`gaps_state_${former}`)} → ${t(`gaps_state_${state}`)}`],
  reply_changed: [/^taken over from a file$/, () => t("trail_from_file")],
  sessions_revoked: [/^(\d+) sessions$/, (number) => t("trail_sessions", { count: count(Number(number)) })],
  recovery_code_used: [/^(\d+) left$/, (left) => t("trail_codes_left", { count: count(Number(left)) })],
  trail_pruned: [/^(\d+) lines before (.*)$/, (number, time) =>
    t("trail_lines", { count: count(Number(number)), time: when(time).textContent })],
};

/** Return what a person needs to understand a line, in the reader's language where it can be. */
function tell(entry) {
  const [pattern, words] = DETAILS[entry.action] ?? [];
  const found = pattern?.exec(entry.detail);
  return found ? words(...found.slice(1)) : entry.detail;
}
