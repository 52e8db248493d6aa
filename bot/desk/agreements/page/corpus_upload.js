/* A file on its way: chosen or dropped, sent with how much of it is sent, then read. */

import { during, leave, Problem } from "./api.js";
import { count, field, fill, h, language, t } from "./dom.js";

const ENDINGS = ".txt,.md,.html,.htm,.docx,.pdf";
const MOST = 20_000_000; // bytes
const STATED = ["title", "title_en", "party", "party_en", "version", "source"];

/** Return the form; `done` gets the review of what was uploaded. */
export function uploadForm(agreements, done) {
  const file = h("input", { id: "file", type: "file", accept: ENDINGS, required: true });
  const which = h("select", { id: "which" },
    h("option", { value: "" }, t("corpus_by_name")),
    agreements.map((row) => h("option", { value: row.agreement }, t("corpus_new_version", { title: row.title }))));
  const notice = h("div");
  const progress = h("div");
  const button = h("button", { class: "solid" }, t("corpus_upload_action"));
  const stated = statement();
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
    const shown = showProgress(progress);
    const review = await during(button, notice, () =>
      send(`/api/desk/corpus/uploads?${query}`, chosen, shown.sent).finally(shown.stop));
    if (review) await done(review);
    else button.focus();
  }

  return h("section", { class: "panel", "aria-labelledby": "upload" },
    h("h2", { id: "upload" }, t("corpus_upload")),
    h("form", { onsubmit: upload },
      zone, field(t("corpus_which"), which, t("corpus_which_hint")), stated.element,
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

/** Return the fields of what may be stated of an agreement, and what they hold. */
function statement() {
  const inputs = new Map(STATED.map((key) => [key, h("input", { id: `stated-${key}`, maxlength: 200 })]));
  const aliases = h("textarea", { id: "stated-aliases", class: "short", maxlength: 4000 });
  const written = h("select", { id: "stated-language" },
    h("option", { value: "" }, t("corpus_language_read")),
    h("option", { value: "zh" }, t("corpus_language_zh")),
    h("option", { value: "en" }, t("corpus_language_en")));
  // stated: title, title_en, party, party_en, version, source
  const fields = STATED.map((key) => field(t(`corpus_stated_${key}`), inputs.get(key)));
  const element = h("details", {},
    h("summary", {}, t("corpus_stated")),
    h("p", { class: "hint" }, t("corpus_stated_hint")),
    fields,
    field(t("corpus_aliases"), aliases, t("corpus_aliases_hint")),
    field(t("corpus_language"), written));
  const values = () => [
    ...[...inputs].map(([key, input]) => [key, input.value.trim()]),
    ["language", written.value],
    ...aliases.value.split("\n").map((alias) => ["aliases", alias.trim()]),
  ].filter(([, value]) => value);
  return { element, values };
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
