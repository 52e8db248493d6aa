/* The review of an upload: what publishing it would do, and the choice to do it. */

import { call, during, Problem } from "./api.js";
import { confirm, count, fill, h, t, when } from "./dom.js";

const FEW = 10; // entries of a list that is open at once
const SHOWN = 20; // entries before "show more"
const MORE = 100;
const PAUSE = 3_000; // milliseconds between two looks while another file is worked on

/** Draw a review into `main`; `left` is told what became of the upload. Returns the heading. */
export async function drawReview(main, uploadId, known, left) {
  if (!known) fill(main, h("p", { class: "busy", role: "status" }, t("corpus_reading")));
  const path = `/api/desk/corpus/uploads/${encodeURIComponent(uploadId)}`;
  let review;
  try {
    review = known ?? await fetchReview(path);
  } catch (error) {
    if (!(error instanceof Problem) || error.status === 401) throw error;
    return failed(main, path, error, left);
  }
  const heading = h("h1", { tabindex: "-1" }, review.title);
  fill(main, toList(),
    h("p", { class: "eyebrow" }, t(review.is_new ? "corpus_is_new" : "corpus_is_version", { name: review.upload.agreement })),
    heading, origin(review.upload), whose(review),
    h("section", { class: "panel", "aria-label": t("corpus_summary_label") },
      h("p", { class: "summary" }, summary(review)), remarks(review), choice(review, path, left)),
    sections(review),
    h("div", { class: "panel decision" }, choice(review, path, left)));
  return heading;
}

/** Fetch a review, waiting while another file is worked on. */
async function fetchReview(path) {
  for (;;) {
    try {
      return await call("GET", path);
    } catch (error) {
      if (error.code !== "corpus_working") throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}

/** Say why there is no review; a file that cannot be read any more may still be discarded. */
function failed(main, path, error, left) {
  const heading = h("h1", { tabindex: "-1" }, t("corpus_no_review"));
  const notice = h("div");
  fill(main, toList(), heading, h("p", { class: "notice", role: "alert" }, error.message), notice,
    h("div", { class: "actions" },
      h("button", { type: "button", onclick: () => location.reload() }, t("try_again")),
      error.status === 404 ? null : discardButton("", path, notice, left)));
  return heading;
}

function toList() {
  return h("p", { class: "way-back" }, h("a", { href: "/desk/corpus" }, t("corpus_to_list")));
}

function origin(upload) {
  const size = t("corpus_size", { size: count(Math.ceil(upload.size / 1000)) });
  return h("p", { class: "lead origin" }, upload.name, " · ", size, " · ", t("corpus_by", { name: upload.by }), " · ", when(upload.at));
}

/** Say whose the agreement is and what questions may call it. */
function whose(review) {
  const party = review.party ? t("corpus_whose", { party: review.party }) : t("corpus_whose_unknown");
  const names = review.aliases.length ? t("corpus_named", { names: review.aliases.join(t("corpus_name_join")) }) : t("corpus_unnamed");
  return h("p", { class: "under whose" }, party, " ", names, " ", t("corpus_whose_hint"));
}

function of(review, change) {
  return review.changes.filter((row) => row.change === change);
}

function summary(review) {
  if (review.is_new) return t("corpus_sum_new", { clauses: count(review.clauses) });
  const own = (change) => count(of(review, change).filter((row) => row.agreement === review.upload.agreement).length);
  return t("corpus_sum", {
    changed: own("changed"), added: own("added"), dropped: own("dropped"),
    moved: own("moved"), same: count(review.unchanged),
  });
}

/** Return what to know before anything else. */
function remarks(review) {
  const notices = [];
  if (!review.files.length) notices.push(t("corpus_nothing_new"));
  if (review.same_as && review.same_as !== review.upload.agreement) notices.push(t("corpus_same_as", { name: review.same_as }));
  return [
    ...notices.map((words) => h("p", { class: "notice" }, words)),
    ...review.notes.map((note) => h("p", { class: "notice" }, h("b", {}, note.agreement), " ", note.message)),
    ...review.problems.map((problem) => h("p", { class: "notice" }, t("corpus_problem", { problem }))),
  ];
}

function choice(review, path, left) {
  const notice = h("div");
  const values = { title: review.title };
  const publish = h("button", { type: "button", class: "solid", disabled: !review.files.length }, t("corpus_publish"));
  publish.addEventListener("click", async () => {
    const pending = review.replies.length ? t("corpus_publish_replies", { replies: count(review.replies.length) }) : "";
    const asked = t(review.is_new ? "corpus_publish_ask_new" : "corpus_publish_ask", values);
    if (!await confirm(t("corpus_publish_title", values), `${asked} ${pending}`, t("corpus_publish"))) return;
    const done = await during(publish, notice, () => call("POST", `${path}/publish`, { base: review.base }));
    if (done) await left(t(done.is_served ? "corpus_published_now" : "corpus_published_soon", values));
  });
  return [notice, h("div", { class: "actions" }, publish, discardButton(review.upload.name, path, notice, left))];
}

function discardButton(name, path, notice, left) {
  const button = h("button", { type: "button", class: "danger" }, t("corpus_discard"));
  button.addEventListener("click", async () => {
    if (!await confirm(t("corpus_discard_title"), t("corpus_discard_ask"), t("corpus_discard"))) return;
    const done = await during(button, notice, () => call("DELETE", path));
    if (done !== undefined) await left(t("corpus_discarded", { name }));
  });
  return button;
}

function sections(review) {
  const clauses = (change) => (rows) => listed(rows, (row) => clause(row, review.upload.agreement, change));
  return [
    section("doubts", review.doubts, (rows) => listed(rows, doubt), "corpus_doubts_hint"),
    section("replies", review.replies, (rows) => listed(rows, reply), "corpus_replies_hint"),
    section("changed", of(review, "changed"), clauses("changed")),
    review.is_new ? null : section("added", of(review, "added"), clauses("added")),
    section("dropped", of(review, "dropped"), clauses("dropped")),
    section("moved", of(review, "moved"), clauses("moved"), "corpus_moved_hint"),
    section("lost", review.losses, (rows) => listed(rows, loss), "corpus_lost_hint"),
    section("reopened", review.reopened, (rows) => listed(rows, (question) => h("li", {}, question)), "corpus_reopened_hint"),
    h("section", { class: "panel" },
      folded(t("corpus_outline", { clauses: count(review.clauses), read: Math.floor(review.read * 1000) / 10 }), () => outline(review.outline), review.is_new)),
  ];
}

/** Return a foldable section; nothing where it would be empty. */
function section(name, rows, draw, hint = null) {
  if (!rows.length) return null;
  // part: doubts, replies, changed, added, dropped, moved, lost, reopened
  const title = t(`corpus_part_${name}`, { number: count(rows.length) });
  const body = () => [hint ? h("p", { class: "hint" }, t(hint)) : null, draw(rows)];
  return h("section", { class: "panel" }, folded(title, body, rows.length <= FEW || name === "changed"));
}

/** Return a fold that is drawn when it is opened first. */
function folded(title, draw, isOpen) {
  const body = h("div", { class: "fold" });
  const fold = h("details", { class: "part" }, h("summary", {}, h("h2", {}, title)), body);
  fold.addEventListener("toggle", () => {
    if (fold.open && !body.childElementCount) fill(body, draw());
  });
  fold.open = isOpen;
  return fold;
}

/** Return a list whose end comes when it is asked for. */
function listed(rows, draw) {
  const list = h("ul", { class: "rows" }, rows.slice(0, SHOWN).map(draw));
  let shown = SHOWN;
  if (rows.length <= shown) return list;
  const more = h("button", { type: "button", class: "small" });
  const name = () => fill(more, t("corpus_more", { number: count(Math.min(MORE, rows.length - shown)) }));
  more.addEventListener("click", () => {
    const fresh = rows.slice(shown, shown + MORE).map(draw);
    list.append(...fresh);
    fresh[0].tabIndex = -1;
    fresh[0].focus();
    shown += fresh.length;
    if (shown < rows.length) name();
    else more.remove();
  });
  name();
  return [list, more];
}

function doubt(row) {
  return h("li", {}, h("span", { class: "tag" }, t("corpus_line", { line: count(row.line) })), " ", row.message);
}

function reply(row) {
  // change: changed, moved, gone
  const touched = row.clauses.map((found) => h("span", { class: "tag" }, found.label, " ", t(`corpus_clause_${found.change}`)));
  return h("li", {},
    h("a", { href: `/desk/replies?id=${encodeURIComponent(row.reply_id)}`, lang: row.language }, row.beginning.trim().split("\n")[0]),
    h("span", { class: "under" }, t("corpus_approved_by", { name: row.approved_by }), " ", touched));
}

function clause(row, agreement, change) {
  const labels = [...new Set([row.before_label, row.after_label].filter(Boolean))].join(" → ");
  const name = row.agreement === agreement ? labels : `${row.agreement}: ${labels}`;
  const words = {
    changed: () => row.pieces.map((piece) =>
      piece.kind === "same" ? piece.text : h(piece.kind === "added" ? "ins" : "del", {}, piece.text)),
    added: () => row.after,
    dropped: () => row.before,
    moved: () => row.after,
  }[change]();
  return h("li", {}, h("h3", {}, name), h("p", { class: "quote compared" }, words));
}

function loss(row) {
  const parts = [
    row.has_rendering ? t("corpus_lost_rendering") : null,
    row.questions ? t("corpus_lost_questions", { number: count(row.questions) }) : null,
    row.relations ? t("corpus_lost_relations", { number: count(row.relations) }) : null,
  ];
  return h("li", {}, h("code", {}, row.clause_id), " ", parts.filter(Boolean).map((part) => h("span", { class: "tag" }, part)));
}

/* The outline, as a tree that folds at its headings */

/** Return the tree of an outline's entries. */
function outline(entries) {
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
      open.at(-1).list.append(outlineLine(entry, open.length));
    }
  }
  for (const fold of root.querySelectorAll("details")) {
    if (!fold.lastChild.childElementCount) fold.replaceWith(h("p", { class: "bare" }, fold.firstChild.textContent));
  }
  return root;
}

function outlineLine(entry, depth) {
  const number = h("span", { class: "line", "aria-hidden": "true" }, entry.line);
  if (entry.kind === "leftover") {
    return h("li", { class: "set-aside" }, number, t("corpus_set_aside", { reason: entry.label }), " ", entry.words);
  }
  const inner = Math.min(Math.max(entry.level - depth + 1, 0), 4);
  return h("li", { class: `clause inner-${inner}` }, number, h("b", {}, entry.label), " ", entry.words);
}
