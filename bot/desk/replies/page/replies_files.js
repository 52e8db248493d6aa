/* Approved replies out to a file, and for an admin in from one. */

import { call, download, during, Problem } from "./api.js";
import { count, fill, h, t } from "./dom.js";

const PATH = "/api/desk/replies";

/** Return the buttons of files; `changed()` follows an import. */
export function filesOf(me, changed) {
  const notice = h("div");
  const exports = h("button", { type: "button", onclick: () =>
    during(exports, notice, () => download(`${PATH}/export`, "clausebot-replies.jsonl")) }, t("replies_export"));
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
        const taken = await call("POST", `${PATH}/import`, file.slice(0, file.size, "application/octet-stream"));
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
