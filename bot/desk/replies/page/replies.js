/* The approved replies: a list that is searched on the left, one reply at an address of its own on the right. */

import { call, download, during, Problem } from "./api.js";
import { confirm, count, field, fill, h, t, when } from "./dom.js";
import { editReply, stateTag, viewReply } from "./reply.js";
import { begin } from "./shell.js";

const REPLIES = "/api/desk/replies";
const PAGE = 20;
const STATES = ["", "approved", "pending", "retired"];
const PAUSE = 250; // milliseconds without a key, after which is searched

let here = read();
let editor = null; // while a reply is edited: tells whether anything would be lost
let searches = 0;
let isBare = false; // whether nobody has approved anything yet
let timer;

const words = h("input", {
  id: "reply-words", type: "search", value: here.words, maxlength: 500, autocomplete: "off", oninput: onWords,
});
const filter = h("div", { class: "actions reply-filter", role: "group", "aria-label": t("replies_filter") });
const told = h("p", { class: "reply-told", role: "status" });
const list = h("ol", { class: "reply-list", "aria-label": t("replies_list") });
const pager = h("div", { class: "actions reply-pages" });
const notice = h("div");
const side = h("div", { class: "reply-side" });
const columns = h("div", { class: "columns replies" },
  h("section", { class: "panel reply-found", "aria-label": t("replies_found") },
    h("form", { role: "search", onsubmit: onSearch }, field(t("replies_words"), words, t("replies_words_hint"))),
    filter, notice, told, list, pager),
  side);

begin(async (main, me) => {
  fill(main,
    h("div", { class: "heading" }, h("h1", {}, t("title_replies"))),
    h("p", { class: "lead" }, t("replies_lead")),
    filesOf(me, search),
    columns);
  addEventListener("popstate", onBack);
  addEventListener("beforeunload", (event) => editor?.isDirty() && event.preventDefault());
  await search();
  await show();
});

/* The address */

function read() {
  const given = new URLSearchParams(location.search);
  const state = given.get("state") ?? "";
  return {
    words: given.get("words") ?? "",
    state: STATES.includes(state) ? state : "",
    offset: Math.max(0, Number.parseInt(given.get("offset"), 10) || 0),
    id: given.get("id") ?? "",
  };
}

function address(wanted) {
  const said = Object.entries(wanted).filter(([, value]) => value);
  return said.length ? `?${new URLSearchParams(said)}` : location.pathname;
}

async function onBack() {
  const before = here;
  if (await stay()) {
    history.pushState(null, "", address(before));
    return;
  }
  here = read();
  words.value = here.words;
  await search();
  await show();
}

/** Ask before an edit is lost; tell whether to stay with it. */
async function stay() {
  if (!editor?.isDirty()) return false;
  const leaves = await confirm(t("replies_leave_title"), t("replies_leave_text"), t("replies_leave"));
  if (leaves) editor = null;
  return !leaves;
}

async function open(id) {
  if (await stay()) return;
  editor = null;
  here = { ...here, id };
  history.pushState(null, "", address(here));
  mark();
  await show();
  side.querySelector("h2")?.focus();
}

/* The list */

function onWords() {
  clearTimeout(timer);
  timer = setTimeout(() => narrow({ words: words.value.trim() }), PAUSE);
}

function onSearch(event) {
  event.preventDefault();
  clearTimeout(timer);
  narrow({ words: words.value.trim() });
}

function narrow(wanted) {
  here = { ...here, offset: 0, ...wanted };
  history.replaceState(null, "", address(here));
  return search();
}

async function search() {
  const turn = ++searches;
  const { id, ...wanted } = here;
  const query = new URLSearchParams(Object.entries({ ...wanted, limit: PAGE }).filter(([, value]) => value));
  const found = await during(null, notice, () => call("GET", `${REPLIES}?${query}`));
  if (!found || turn !== searches) return;
  const all = Object.values(found.counts).reduce((sum, number) => sum + number, 0);
  fill(filter, STATES.map((state) => h("button", {
    type: "button", class: "small", "aria-pressed": String(state === here.state), onclick: () => pick(state),
  }, t(`replies_state_${state || "all"}`), h("span", { class: "number" }, count(state ? found.counts[state] : all)))));
  isBare = !all && !here.words;
  columns.toggleAttribute("data-bare", isBare);
  fill(told, found.total || isBare ? t("replies_total", { total: count(found.total) })
    : all ? t("replies_none_of_state") : t("replies_none_found"));
  fill(list, found.replies.map(item));
  drawPager(found.total);
  mark();
}

async function pick(state) {
  await narrow({ state });
  filter.querySelector('[aria-pressed="true"]').focus();
}

function item(reply) {
  const [first, ...others] = reply.questions;
  const link = h("a", {
    href: address({ ...here, id: reply.reply_id }), class: "reply-link", dataset: { id: reply.reply_id },
    onclick: (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      open(reply.reply_id);
    },
  }, first);
  const more = others.length ? h("span", { class: "soft" }, t("replies_more_questions", { number: count(others.length) })) : null;
  return h("li", {},
    h("p", { class: "reply-head" }, stateTag(reply.state), link),
    more,
    h("p", { class: "reply-beginning", lang: reply.language }, reply.beginning),
    h("p", { class: "reply-facts" },
      reply.clauses.map((clause) => h("span", { class: "tag" }, clause.clause_id)),
      h("span", {}, t("replies_by", { name: reply.approved_by }), " ", when(reply.approved_at))));
}

function mark() {
  for (const link of list.querySelectorAll("a")) {
    if (link.dataset.id === here.id) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function drawPager(total) {
  const turn = (offset) => async () => {
    await narrow({ offset });
    list.querySelector("a")?.focus();
  };
  const last = Math.min(here.offset + PAGE, total);
  fill(pager, total > PAGE || here.offset ? [
    h("button", { type: "button", class: "small", disabled: here.offset === 0, onclick: turn(Math.max(0, here.offset - PAGE)) }, t("replies_newer")),
    h("span", { class: "soft" }, t("replies_range", { first: count(Math.min(here.offset + 1, last)), last: count(last), total: count(total) })),
    h("button", { type: "button", class: "small", disabled: last >= total, onclick: turn(here.offset + PAGE) }, t("replies_older")),
  ] : []);
}

/* One reply */

async function show() {
  editor = null;
  columns.toggleAttribute("data-open", Boolean(here.id));
  if (!here.id) {
    fill(side, h("div", { class: "panel empty" }, isBare
      ? [h("p", {}, t("replies_none")), h("p", {}, h("a", { href: "/desk" }, t("replies_to_ticket")))]
      : h("p", {}, t("replies_choose"))));
    return;
  }
  const { id } = here;
  const problem = h("div");
  fill(side, back(), problem, h("p", { class: "busy" }, t("busy")));
  const reply = await during(null, problem, () => call("GET", `${REPLIES}/${encodeURIComponent(id)}`));
  if (id !== here.id) return;
  if (reply) draw(reply);
  else fill(side, back(), problem);
}

function draw(reply) {
  editor = null;
  fill(side, back(), viewReply(reply, { edit: () => edit(reply), changed }));
}

function edit(reply) {
  const close = async () => {
    if (await stay()) return;
    draw(reply);
    side.querySelector("h2").focus();
  };
  editor = editReply(reply, { done: changed, close });
  fill(side, back(), editor.element);
  editor.focus();
}

/** Show a reply after a step, and the list as it is now. */
async function changed(reply) {
  draw(reply);
  side.querySelector("h2").focus();
  await search();
}

function back() {
  return h("p", { class: "reply-back" }, h("a", {
    href: address({ ...here, id: "" }),
    onclick: async (event) => {
      event.preventDefault();
      const { id } = here;
      await open("");
      if (!here.id) (list.querySelector(`[data-id="${CSS.escape(id)}"]`) ?? words).focus();
    },
  }, t("replies_back")));
}

/* Files: replies out to one, and for an admin in from one */

/** Return the buttons of files; `changed()` follows an import. */
function filesOf(me, changed) {
  const notice = h("div");
  const exports = h("button", { type: "button", onclick: () =>
    during(exports, notice, () => download(`${REPLIES}/export`, "clausebot-replies.jsonl")) }, t("replies_export"));
  if (me.role !== "admin") return [h("div", { class: "actions reply-files" }, exports), notice];
  const picker = h("input", { type: "file", accept: ".jsonl", hidden: true, onchange: take, "aria-label": t("replies_import") });
  const imports = h("button", { type: "button", onclick: () => picker.click() }, t("replies_import"));

  async function take() {
    const [file] = picker.files;
    picker.value = ""; // so that the same file can be picked again, mended
    if (!file) return;
    await during(imports, notice, async () => {
      fill(notice, h("p", { class: "busy" }, t("busy")));
      try {
        const taken = await call("POST", `${REPLIES}/import`, file.slice(0, file.size, "application/octet-stream"));
        fill(notice, h("p", { class: "notice good", role: "status" },
          t("replies_imported", { file: file.name, new: count(taken.new), known: count(taken.known) })));
        await changed();
      } catch (error) {
        if (!(error instanceof Problem && error.body.lines)) throw error;
        fill(notice, wrongLines(file.name, error.body));
      }
    });
  }

  const hint = h("p", { class: "hint", id: "import-hint" }, t("replies_import_hint"));
  imports.setAttribute("aria-describedby", hint.id);
  return [h("div", { class: "actions reply-files" }, exports, imports, picker), hint, notice];
}

function wrongLines(name, { lines, wrong }) {
  const left = wrong - lines.length;
  return h("div", { class: "notice", role: "alert" },
    h("p", {}, t("replies_not_imported", { file: name, number: count(wrong) })),
    h("ul", { class: "dots wrong-lines" }, lines.map(({ line, problem }) =>
      h("li", {}, t("replies_line", { number: line }), " ", h("span", { lang: "en" }, problem))),
    left ? h("li", {}, t("replies_more_lines", { number: count(left) })) : null));
}
