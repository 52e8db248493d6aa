/* The agreements: what is answered from, what waits, and a file to become one of them. */

import { call, during } from "./api.js";
import { confirm, count, fill, h, t, when } from "./dom.js";
import { drawReview } from "./corpus_review.js";
import { uploadForm } from "./corpus_upload.js";
import { begin } from "./shell.js";

let place;

begin((main) => {
  place = main;
  addEventListener("popstate", () => draw());
  return draw();
});

/** Draw what the address names: a review of one upload, or the list. */
async function draw(notice = null) {
  const uploadId = new URLSearchParams(location.search).get("upload");
  if (uploadId) return showReview(uploadId, null);
  const corpus = await call("GET", "/api/desk/corpus");
  const title = h("h1", { tabindex: "-1" }, t("title_corpus"));
  fill(place, title, h("p", { class: "lead" }, t("corpus_lead")), notice,
    h("div", { class: "corpus" },
      h("div", {}, published(corpus), waiting(corpus.uploads)),
      uploadForm(corpus.agreements, (review) => go(`?upload=${review.upload.upload_id}`, review))));
  return title;
}

function showReview(uploadId, review) {
  return drawReview(place, uploadId, review, (words) => go("/desk/corpus", null, words));
}

/** Go to another address of this page, say what was done, and let the focus follow. */
async function go(address, review, words = "") {
  history.pushState(null, "", address);
  const notice = words ? h("p", { class: "notice good", tabindex: "-1" }, words) : null;
  const title = review ? await showReview(review.upload.upload_id, review) : await draw(notice);
  scrollTo(0, 0);
  (notice ?? title).focus();
}

function published(corpus) {
  const titles = new Map(corpus.agreements.map((row) => [row.agreement, row.title]));
  const rows = corpus.agreements.map((row) =>
    h("tr", {},
      h("th", { scope: "row" }, row.title, h("span", { class: "under" }, row.agreement)),
      h("td", {}, row.version || h("span", { class: "soft" }, t("corpus_no_version"))),
      h("td", { class: "number" }, count(row.clauses)),
      h("td", {}, row.published_at
        ? [when(row.published_at), h("span", { class: "under" }, t("corpus_by", { name: row.published_by }))]
        : h("span", { class: "soft" }, t("corpus_from_folder")))));
  return h("section", { class: "panel", "aria-labelledby": "published" },
    h("h2", { id: "published" }, t("corpus_published")),
    rows.length
      ? h("div", { class: "scroll", tabindex: "0", role: "region", "aria-labelledby": "published" },
        h("table", {},
          h("thead", {}, h("tr", {},
            h("th", { scope: "col" }, t("corpus_title")), h("th", { scope: "col" }, t("corpus_version")),
            h("th", { scope: "col", class: "number" }, t("corpus_clauses")), h("th", { scope: "col" }, t("corpus_since")))),
          h("tbody", {}, rows)))
      : h("p", { class: "empty" }, t("corpus_none")),
    corpus.former ? stepBack(corpus.former, titles.get(corpus.former.agreement) ?? corpus.former.title) : null);
}

/** Offer to take the last publication back. */
function stepBack(former, title) {
  const notice = h("div");
  const values = { title, name: former.by };
  const button = h("button", { type: "button", class: "danger" }, t("corpus_back"));
  button.addEventListener("click", async () => {
    const back = await during(button, notice, () => call("GET", "/api/desk/corpus/back"));
    button.focus(); // which it lost while it was disabled; whoever cancels is back on it
    if (!back) return;
    const asked = [t(former.is_new ? "corpus_back_ask_new" : "corpus_back_ask", values)];
    if (back.replies.length) asked.push(t("corpus_publish_replies", { replies: count(back.replies.length) }));
    if (back.returning) asked.push(t("corpus_back_returning", { replies: count(back.returning) }));
    if (!await confirm(t("corpus_back_title", values), asked.join(" "), t("corpus_back"))) return;
    const done = await during(button, notice, () =>
      call("POST", "/api/desk/corpus/back", { published_id: former.published_id }));
    if (done) await go("/desk/corpus", null, t(done.is_served ? "corpus_back_done" : "corpus_back_soon", values));
  });
  return h("div", { class: "last" },
    h("p", {}, t("corpus_last", values), " ", when(former.at)),
    button, notice);
}

function waiting(uploads) {
  if (!uploads.length) return null;
  const entries = uploads.map((upload) =>
    h("li", {},
      h("a", { href: `/desk/corpus?upload=${upload.upload_id}` }, upload.name),
      h("span", { class: "under" }, t("corpus_by", { name: upload.by }), " · ", when(upload.at))));
  return h("section", { class: "panel", "aria-labelledby": "waiting" },
    h("h2", { id: "waiting" }, t("corpus_waiting")),
    h("p", { class: "hint" }, t("corpus_waiting_hint")),
    h("ul", { class: "uploads" }, entries));
}
