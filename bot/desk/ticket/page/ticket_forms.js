/* An edited reply in, Markdown or HTML out in which every word is text, as the server makes it. */

// Control characters, and marks that turn the direction of the words after them.
const UNPRINTABLE = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]/g;
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };
const ENTITY = /(&(?:#x27|quot|amp|lt|gt);)/;
const SIGNS = /[\\`*_{}[\]()#|]/g;
const RARE_SIGNS = /[~$@^]|(?<=[a-z]):(?=\/\/)|(?<=www)\./gi;
const BULLET = /^[-+=]|(?<=^[0-9])[.)]|(?<=^[0-9]{2})[.)]|(?<=^[0-9]{3})[.)]/g;

/** Return an edited reply as an HTML fragment: its paragraphs, and nothing else. */
export function toHtml(text) {
  return paragraphs(text).map((words) => `<p>${escape(words).replaceAll("\n", "<br>")}</p>\n`).join("");
}

/** Return an edited reply as Markdown: its paragraphs, and nothing else. */
export function toMarkdown(text) {
  const escaped = paragraphs(text).map((words) => words.split("\n").map(escapeLine).join("  \n"));
  return `${escaped.join("\n\n")}\n`;
}

/** Return the paragraphs of a text, which blank lines part. */
export function paragraphs(text) {
  return text.split(/\n\s*\n/).map((words) => words.trim()).filter((words) => words !== "");
}

function escape(text) {
  return text.toWellFormed().replace(UNPRINTABLE, "\ufffd").replace(/[&<>"']/g, (sign) => ENTITIES[sign]);
}

function escapeLine(line) {
  const words = line.replace(/^[ \t]+/, "");
  const indent = "&nbsp;".repeat(line.length - words.length); // blanks would make it code
  const parts = escape(words).split(ENTITY);
  const escaped = parts.map((part, at) => (at % 2 ? part : escapeSigns(part))).join("");
  return indent + escaped.replace(BULLET, toEntity);
}

function escapeSigns(text) {
  return text.replace(SIGNS, "\\$&").replace(RARE_SIGNS, toEntity);
}

function toEntity(sign) {
  return `&#${sign.codePointAt(0)};`;
}
