/* Building pages from values: every text becomes a text node, nothing is parsed as HTML. */

export const language = document.documentElement.lang;
const words = JSON.parse(document.getElementById("words").textContent);
const OBEYED = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g;
const DRAWINGS = "http://www.w3.org/2000/svg";
const MOST = 50; // rows of a list that are drawn at once
const PROPERTIES = new Set(["value", "checked", "disabled", "selected", "open", "hidden", "indeterminate"]);

/** Return the words of a key in the page's language, its {blanks} filled in. */
export function t(key, values = {}) {
  if (!(key in words)) throw new Error(`there are no words for ${key}`);
  return words[key].replace(/\{(\w+)\}/g, (blank, name) => values[name] ?? blank);
}

/** Tell whether there are words for a key. */
export function has(key) {
  return key in words;
}

/** Return children to be appended: none that is null, no text that turns the direction of words. */
function shown(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined)
    .map((child) => (typeof child === "string" ? child.replace(OBEYED, "\ufffd") : child));
}

/** Return an element: h("button", {type: "button", onclick: act}, "Save"). Null children are left out. */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "dataset") Object.assign(element.dataset, value);
    else if (PROPERTIES.has(key)) element[key] = value;
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false) element.setAttribute(key, value);
  }
  element.append(...shown(children));
  return element;
}

/** Return an element of a drawing: s("rect", {class: "bar", x: 1}). */
export function s(name, attributes = {}, ...children) {
  const element = document.createElementNS(DRAWINGS, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children.flat(Infinity));
  return element;
}

/** Put children in the place of what an element holds. */
export function fill(element, ...children) {
  element.replaceChildren(...shown(children));
  return element;
}

/** Return a moment as the reader's language writes it. */
export function when(iso) {
  const format = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  return h("time", { datetime: iso }, format.format(new Date(iso)));
}

/** Return a number as the reader's language writes it. */
export function count(number) {
  return new Intl.NumberFormat(language).format(number);
}

/** Say something to everybody, screen readers as well; it goes away by itself. */
export function say(text) {
  const said = document.getElementById("said");
  fill(said, h("p", {}, text));
  clearTimeout(say.timer);
  say.timer = setTimeout(() => fill(said), 6_000);
}

/** Return a labelled field; `control` needs an id. */
export function field(label, control, hint = null) {
  const described = hint === null ? null : h("p", { class: "hint", id: `${control.id}-hint` }, hint);
  if (described) control.setAttribute("aria-describedby", described.id);
  return h("div", { class: "field" }, h("label", { for: control.id }, label), control, described);
}

/** Return a list of rows, `row(item)` for each; what is beyond the first stands behind a button. */
export function list(name, items, row) {
  const rows = h("ul", { class: "entries", "aria-label": name });
  const more = h("button", { type: "button", class: "small", onclick: draw });
  let drawn = 0;

  function draw() {
    const next = items.slice(drawn, drawn + MOST).map((item) => h("li", {}, row(item)));
    rows.append(...next);
    const first = drawn > 0 ? next[0] : null;
    drawn += next.length;
    more.hidden = drawn >= items.length;
    more.textContent = t("account_more", { count: items.length - drawn });
    first?.querySelector("button, summary, a")?.focus();
  }

  draw();
  return h("div", {}, rows, more);
}

/** Return a fact with its name, such as when something was; `value` may be an element. */
export function fact(name, value) {
  return h("span", { class: "fact" }, `${name} `, value);
}

/** Ask before something that cannot be undone; resolves to whether it was confirmed. */
export function confirm(title, text, action) {
  return new Promise((resolve) => {
    const dialog = h("dialog", { class: "dialog", "aria-labelledby": "dialog-title" },
      h("h2", { id: "dialog-title" }, title),
      h("p", {}, text),
      h("div", { class: "actions" },
        h("button", { type: "button", class: "danger", onclick: () => dialog.close("yes") }, action),
        h("button", { type: "button", autofocus: true, onclick: () => dialog.close("") }, t("cancel"))));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Copy a text, and say so. */
export async function copy(text) {
  await navigator.clipboard.writeText(text);
  say(t("copied"));
}
