/* The agreements: what is answered from, what waits, and a file to become one of them. */

import { call, during, leave, Problem } from "./api.js";
import { drawAgreement, historyOf } from "./corpus_agreement.js";
import { drawReview } from "./corpus_review.js";
import { editionChoice, statedFields } from "./corpus_stated.js";
import { confirm, count, field, fill, h, language, t, when } from "./dom.js";
import { begin } from "./shell.js";

const ENDINGS = ".txt,.md,.html,.htm,.docx,.pdf";
const MOST = 20_000_000; // bytes

let place;

begin((main) => {
  place = main;
  addEventListener("popstate", () => draw());
  return draw();
});

/** Draw what the address names: a review of one upload, one agreement, or the list. */
async function draw(notice = null) {
  const named = new URLSearchParams(location.search);
  if (named.get("upload")) return showReview(named.get("upload"), null);
  const corpus = await call("GET", "/api/desk/corpus");
  if (named.get("agreement")) {
    return drawAgreement(place, named.get("agreement"), corpus, (words) => go("/desk/corpus", null, words));
  }
  const { changes } = await call("GET", "/api/desk/corpus/history");
  const title = h("h1", { tabindex: "-1" }, t("title_corpus"));
  fill(place, title, h("p", { class: "lead" }, t("corpus_lead")), notice,
    h("div", { class: "corpus" },
      h("div", {}, published(corpus), waiting(corpus.uploads), unused(corpus.unused), done(changes)),
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
      h("th", { scope: "row" },
        h("a", { href: `/desk/corpus?agreement=${encodeURIComponent(row.agreement)}` }, row.title), h("span", { class: "under" }, row.agreement),
        row.edition_of && h("span", { class: "under" }, t("corpus_edition_of", { title: titles.get(row.edition_of) ?? row.edition_of }))),
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

/** Return what was done over the desk, the newest first; nothing where nothing was. */
function done(changes) {
  if (!changes.length) return null;
  return h("section", { class: "panel", "aria-labelledby": "history" },
    h("h2", { id: "history" }, t("corpus_history")), historyOf(changes));
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
    const asked = [t(backAsk(former), values)];
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

function backAsk(former) {
  if (former.kind === "removed") return "corpus_back_ask_removed";
  return former.is_new ? "corpus_back_ask_new" : "corpus_back_ask";
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

/** Return the files that are not agreements as they are, and what to do about each. */
function unused(files) {
  if (!files.length) return null;
  return h("section", { class: "panel", "aria-labelledby": "unused" },
    h("h2", { id: "unused" }, t("corpus_unused")),
    h("ul", { class: "uploads" }, files.map((file) =>
      h("li", {}, file.name, h("span", { class: "under" }, file.why)))));
}

/* A file on its way: chosen or dropped, sent with how much of it is sent, then read */

/** Return the form; `done` gets the review of what was uploaded. */
function uploadForm(agreements, done) {
  const file = h("input", { id: "file", type: "file", accept: ENDINGS, required: true });
  const which = h("select", { id: "which" },
    h("option", { value: "" }, t("corpus_by_name")),
    agreements.map((row) => h("option", { value: row.agreement }, t("corpus_new_version", { title: row.title }))));
  const notice = h("div");
  const progress = h("div");
  const button = h("button", { class: "solid" }, t("corpus_upload_action"));
  const stated = statedFields();
  const edition = editionChoice(agreements, "");
  const zone = dropZone(file);
  let isChosen = false; // by a person: what the name of one file proposed is not for the next
  file.addEventListener("change", () => {
    const name = file.files[0]?.name ?? "";
    const stem = name.slice(0, name.lastIndexOf("."));
    const isKnown = agreements.some((row) => row.agreement === stem);
    if (isKnown || !isChosen) which.value = isKnown ? stem : "";
  });
  which.addEventListener("change", () => { isChosen = true; });

  async function upload(event) {
    event.preventDefault();
    const [chosen] = file.files;
    if (chosen.size > MOST) {
      fill(notice, h("p", { class: "notice", role: "alert" }, t("corpus_too_large")));
      return;
    }
    const query = new URLSearchParams({ name: chosen.name, agreement: which.value });
    for (const [key, value] of stated.values()) query.append(key, value);
    if (edition.value) query.append("edition_of", edition.value);
    const shown = showProgress(progress);
    const review = await during(button, notice, () =>
      send(`/api/desk/corpus/uploads?${query}`, chosen, shown.sent).finally(shown.stop));
    if (review) await done(review);
    else button.focus();
  }

  return h("section", { class: "panel", "aria-labelledby": "upload" },
    h("h2", { id: "upload" }, t("corpus_upload")),
    h("form", { onsubmit: upload },
      zone, field(t("corpus_which"), which, t("corpus_which_hint")),
      h("details", {},
        h("summary", {}, t("corpus_stated")),
        h("p", { class: "hint" }, t("corpus_stated_hint")),
        stated.fields, field(t("corpus_stated_edition_of"), edition)),
      notice, progress, button));
}

/** Return the file's field in a place that takes a dropped file too. */
function dropZone(file) {
  const zone = h("div", { class: "drop" }, field(t("corpus_file"), file, t("corpus_file_hint")));
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    file.files = event.dataTransfer.files;
    file.dispatchEvent(new Event("change"));
  });
  return zone;
}

/** Show how much is sent, and then for how many seconds it is being read. */
function showProgress(element) {
  const bar = h("progress", { max: 1, "aria-labelledby": "progress-words" });
  const words = h("span", { id: "progress-words" }, t("corpus_sending"));
  const seconds = h("span", { "aria-hidden": "true" });
  fill(element, h("div", { class: "busy" }, h("p", { role: "status" }, words, " ", seconds), bar));
  let timer = null;
  const sent = (share) => {
    if (share < 1) {
      bar.value = share;
      return;
    }
    bar.removeAttribute("value");
    fill(words, t("corpus_reading"));
    const began = Date.now();
    timer = setInterval(() => {
      fill(seconds, t("corpus_seconds", { seconds: count(Math.round((Date.now() - began) / 1000)) }));
    }, 1000);
  };
  const stop = () => {
    clearInterval(timer);
    fill(element);
  };
  return { sent, stop };
}

/** Send a file; `sent` hears which share of it is gone. Resolves to what comes back. */
function send(path, file, sent) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.responseType = "json";
    request.setRequestHeader("content-type", "application/octet-stream");
    request.setRequestHeader("accept-language", language);
    request.upload.addEventListener("progress", (event) => event.loaded < event.total && sent(event.loaded / event.total));
    request.upload.addEventListener("load", () => sent(1));
    request.addEventListener("error", () => reject(new Problem(0, {})));
    request.addEventListener("load", () => {
      const said = request.response ?? {};
      if (request.status === 201) return resolve(said);
      if (request.status === 401 && said.code === "access") leave();
      return reject(new Problem(request.status, said, request.getResponseHeader("retry-after")));
    });
    request.send(file);
  });
}
