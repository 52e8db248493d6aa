"use strict";
/* ClauseBot in a help center: one element, one file, nothing else on the page.

     <script src="https://bot.example.com/widget.js" defer></script>
     <clause-bot agreement="dahan" lang="auto" key="pk_…"></clause-bot>

   Nothing is fetched before a visitor opens it. What it shows is text: every word goes through
   a text node, every link leads to the server that this file came from. Styles are constructed,
   so a strict Content-Security-Policy needs script-src and connect-src for that server, no more.
   Attributes, variables and the rest: /widget on the same server. */
(() => {
  if (customElements.get("clause-bot")) return;
  const source = document.currentScript?.src;
  if (!source) throw new Error("ClauseBot: load widget.js by <script src>, not as a module.");
  const SERVER = new URL(".", source);
  const LONGEST = 2000; // characters of a question
  const NEAREST = 3; // clauses named in an abstention
  const QUIET = 30_000; // ms without a byte after which a stream counts as broken off
  const TOUCH = matchMedia("(pointer: coarse)");
  const SHEET = matchMedia("(max-width: 560px), (max-height: 480px)");

  const WORDS = /* words */ {}; // by language; asking.toml and widget.toml, put in as it is served

  /* Two voices: what the program says is set in a sans face, what an agreement says in a serif
     one. Yellow is kept for quoted words. The !important rules hold against the host's own. */
  const STYLE = new CSSStyleSheet();
  STYLE.replaceSync(`
:host {
  all: initial !important;
  display: contents !important;
  direction: ltr !important;
  color-scheme: light dark !important;
  --sans: var(--clause-bot-font, "Noto Sans SC", "Noto Sans CJK SC", "PingFang SC",
    "Microsoft YaHei", system-ui, -apple-system, "Segoe UI", sans-serif);
  --serif: var(--clause-bot-quote-font, Georgia, "Noto Serif SC", "Noto Serif CJK SC",
    "Source Han Serif SC", "Songti SC", STSong, SimSun, serif);
  --paper: light-dark(#fff, #16212b);
  --sunk: light-dark(#f3f6f8, #0f1820);
  --ink: light-dark(#14222e, #e6ecf1);
  --soft: light-dark(#4a5a67, #a3b1bd);
  --line: light-dark(#d3dadf, #2e3d49);
  --edge: light-dark(#7f8d98, #6d7e8a);
  --accent: var(--clause-bot-accent, light-dark(#17477e, #2f6cb0));
  --on-accent: var(--clause-bot-on-accent, #fff);
  --pen: light-dark(var(--clause-bot-accent, #17477e),
    color-mix(in srgb, var(--clause-bot-accent, #2f6cb0) 45%, #fff));
  --marker: var(--clause-bot-marker, light-dark(#ffe680, #d8b425));
  --seal: light-dark(#9c2f1c, #f2a08f);
  --seal-wash: light-dark(#faece8, #2a1d1d);
  --radius: var(--clause-bot-radius, 14px);
  --gap: var(--clause-bot-offset, 20px);
}
:host([theme="light"]) { color-scheme: light !important; }
:host([theme="dark"]) { color-scheme: dark !important; }
:host([inline]) {
  display: block !important;
  height: var(--clause-bot-height, 640px) !important;
}
:host([hidden]) { display: none !important; }
@media print { :host { display: none !important; } }

*, ::before, ::after { box-sizing: border-box; }
h2, h3, p, ol, ul, blockquote, fieldset, legend {
  margin: 0; padding: 0; border: 0; min-width: 0; font: inherit; }
ol, ul { list-style: none; }
button, textarea { margin: 0; font: inherit; color: inherit; letter-spacing: inherit; }
button { cursor: pointer; }
[hidden] { display: none !important; }
svg { flex: none; fill: none; stroke: currentcolor; stroke-width: 1.75; stroke-linecap: round;
  stroke-linejoin: round; }
:focus-visible { outline: 3px solid var(--pen); outline-offset: 2px; }
.heading:focus-visible { outline: 0; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }

.launcher, .panel { color: var(--ink); font: 400 15px/1.6 var(--sans);
  -webkit-text-size-adjust: 100%; }
.launcher {
  position: fixed; z-index: 2147483000; right: var(--gap); bottom: var(--gap);
  bottom: calc(var(--gap) + env(safe-area-inset-bottom, 0px));
  display: flex; align-items: center; gap: 9px; min-height: 52px; padding: 0 20px 0 14px;
  border: 1px solid color-mix(in srgb, var(--on-accent) 28%, transparent);
  border-radius: 26px; background: var(--accent); color: var(--on-accent);
  font-weight: 600; box-shadow: 0 2px 6px rgb(20 34 46 / 18%), 0 10px 28px rgb(20 34 46 / 22%);
  transition: transform .15s; }
.launcher:hover { transform: translateY(-2px); }
:host([position="left"]) :is(.launcher, .panel) { right: auto; left: var(--gap); }
.mark { display: grid; place-items: center; flex: none; width: 30px; height: 30px;
  border-bottom: 3px solid #ffd84d; font: 700 20px/1 Georgia, serif; }

.panel {
  position: fixed; z-index: 2147483000; inset: auto var(--gap) var(--gap) auto;
  display: none; flex-direction: column; margin: 0; padding: 0; overflow: hidden;
  width: min(var(--clause-bot-width, 420px), calc(100vw - 2 * var(--gap)));
  height: min(var(--clause-bot-height, 680px), calc(100vh - 2 * var(--gap)));
  max-width: none; max-height: none;
  border: 1px solid var(--line); border-radius: var(--radius); background: var(--paper);
  box-shadow: 0 2px 8px rgb(20 34 46 / 12%), 0 18px 60px rgb(20 34 46 / 26%); }
.panel[open], section.panel { display: flex; }
.panel[open] { animation: rise .18s ease-out; }
section.panel { position: static; width: 100%; height: 100%; box-shadow: none; }
@keyframes rise { from { opacity: 0; transform: translateY(12px); } }

.head { display: flex; align-items: center; gap: 10px; flex: none; padding: 10px 8px 10px 16px;
  background: var(--accent); color: var(--on-accent); }
.head .titles { flex: 1; min-width: 0; }
.heading { font-weight: 650; font-size: 16px; line-height: 1.35; }
.scope:empty { display: none; }
.scope { overflow: hidden; font-size: 13px; line-height: 1.4; text-overflow: ellipsis;
  white-space: nowrap; }
.head button + button { margin-left: -6px; }
.head svg { width: 20px; height: 20px; }
.head button { display: grid; place-items: center; width: 44px; height: 44px; padding: 0;
  border: 0; border-radius: 10px; background: none; }
.head button:hover { background: color-mix(in srgb, var(--on-accent) 16%, transparent); }
.head button:focus-visible { outline-color: var(--on-accent); outline-offset: -4px; }

.log { position: relative; flex: 1; overflow: hidden auto; padding: 0 16px;
  overscroll-behavior: contain; scrollbar-width: thin; background: var(--sunk); }
.log:focus-visible { outline-offset: -3px; }
.greeting { padding: 26px 0 16px; }
.greeting .hello { font: 700 25px/1.3 var(--serif); letter-spacing: -.01em; text-wrap: balance; }
.greeting .promise { margin: 8px 0 24px; color: var(--soft); }
.eyebrow, .role { color: var(--soft); font-weight: 600; font-size: 12px; line-height: 1.4;
  letter-spacing: .04em; }
.examples { margin-top: 6px; border-top: 1px solid var(--line); }
.examples button { display: flex; align-items: center; justify-content: space-between; gap: 12px;
  width: 100%; min-height: 48px; padding: 8px 0; border: 0;
  border-bottom: 1px solid var(--line); background: none; text-align: start; }
.examples button::after { content: "→"; color: var(--soft); transition: transform .15s; }
.examples button:hover { color: var(--pen); }
.examples button:hover::after { color: var(--pen); transform: translateX(3px); }

.turn { padding: 18px 0 20px; }
.turn + .turn { border-top: 1px solid var(--line); }
.turn:last-child { min-height: 100%; }
.question { margin-bottom: 12px; font-weight: 650; font-size: 18px; line-height: 1.4;
  overflow-wrap: anywhere; }
.busy { display: flex; align-items: center; gap: 9px; min-height: 32px; color: var(--soft); }
.busy::before { content: ""; width: 26px; height: 8px; border-radius: 2px;
  background: linear-gradient(var(--marker) 0 0) 0 50% / 40% 100% no-repeat, var(--line);
  animation: sweep 1s ease-in-out infinite alternate; }
@keyframes sweep { to { background-position: 100% 50%, 0 0; } }

.cards { display: grid; gap: 12px; }
.card { padding: 14px 16px 4px; border: 1px solid var(--line); border-radius: 10px;
  background: var(--paper); }
.card.deciding { border-top: 3px solid light-dark(#e2b400, #d8b425); }
.reference { display: flex; align-items: baseline; gap: 10px; margin-top: 2px; line-height: 1.5; }
.label { flex: none; max-width: 45%; color: var(--pen); font: 700 18px/1.4 var(--serif); }
.title { font-weight: 500; }
.path { color: var(--soft); font-size: 13px; }
.path li { display: inline; }
.path li + li::before { content: " › "; }
.rendering { margin-top: 10px; font-size: 16px; }
.tag { display: inline-block; padding: 0 6px; border: 1px solid var(--edge); border-radius: 4px;
  color: var(--soft); font-size: 12px; line-height: 1.5; white-space: nowrap; }
.quote { margin: 10px 0 0; padding: 1px 0 1px 13px; border-left: 4px solid var(--marker);
  font: 500 17px/1.8 var(--serif); white-space: pre-wrap; overflow-wrap: anywhere; }
.lead-in { color: var(--soft); font-weight: 400; }
.rendering + .quote { color: var(--soft); font-weight: 400; font-size: 15px; }
.tools { display: flex; flex-wrap: wrap; align-items: center; gap: 0 18px; margin-top: 8px;
  border-top: 1px solid var(--line); }
.open { display: inline-flex; align-items: center; min-height: 44px; color: var(--pen);
  font-weight: 600; text-decoration: none; }
.open::after { content: "↗"; margin-left: 5px; }
.open:hover { text-decoration: underline; text-underline-offset: 4px; }
details[open] { flex-basis: 100%; }
summary { display: inline-flex; align-items: center; gap: 6px; min-height: 44px;
  color: var(--soft); list-style: none; cursor: pointer; }
summary::-webkit-details-marker { display: none; }
summary::after { content: "+"; font-weight: 600; }
details[open] summary::after { content: "–"; }
.whole { margin-bottom: 12px; font: 400 16px/1.85 var(--serif); white-space: pre-wrap;
  overflow-wrap: anywhere; }
.whole + .rendering { margin: -2px 0 14px; padding-top: 10px; border-top: 1px dashed var(--line);
  color: var(--soft); font-size: 15px; }
mark { padding: .1em 0; border-radius: 2px; background: light-dark(var(--marker), #6a5500);
  color: light-dark(#14222e, #fff6cf); -webkit-box-decoration-break: clone;
  box-decoration-break: clone; }
.opening { margin-bottom: 12px; }
.prose { margin-bottom: 14px; font-size: 17px; line-height: 1.7; overflow-wrap: anywhere; }
.prose .remark { font-size: 14px; line-height: 1.5; }
.remark { margin-top: 12px; padding: 10px 14px; border: 1px dashed var(--edge);
  border-radius: 10px; color: var(--soft); }
.list { margin-top: 16px; }
.list ul { margin-top: 6px; border-top: 1px solid var(--line); }
.list li:not(.path li) { padding-top: 8px; border-bottom: 1px solid var(--line); }
.list .label { font-size: 16px; }
.list .tools { margin: 0; border: 0; }
.why { margin-top: 2px; color: var(--soft); }
.disagrees .why { color: var(--seal); font-weight: 500; }
.abstained, .failure { padding: 14px 16px; border: 1px dashed var(--seal); border-radius: 10px;
  background: var(--seal-wash); }
.abstained .role, .failure .role { color: var(--seal); }
.said { margin-top: 3px; font-size: 16px; overflow-wrap: anywhere; }
.failure .solid { margin-top: 12px; }
.cards + .failure { margin-top: 12px; }

.after { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 4px; margin: 8px -6px 0; }
.after :is(button, a) { display: inline-flex; align-items: center; gap: 6px; min-height: 44px;
  padding: 0 6px; border: 0; border-radius: 8px; background: none; color: var(--soft);
  font-size: 14px; text-decoration: none; }
.after :is(button, a):hover { background: var(--paper); color: var(--pen); }
.after [aria-expanded="true"] { color: var(--pen); }
.thanks { color: var(--soft); font-size: 14px; }
.form { margin-top: 6px; padding: 14px 16px 16px; border: 1px solid var(--line);
  border-radius: 10px; background: var(--paper); }
.form legend, .form .name { display: block; font-weight: 600; font-size: 14px; }
.form .choice { display: flex; align-items: center; gap: 10px; min-height: 40px; cursor: pointer; }
.form input { flex: none; width: 18px; height: 18px; margin: 0; accent-color: var(--accent); }
.form .name { margin: 8px 0 4px; }
.form .buttons { display: flex; gap: 10px; margin-top: 12px; }
.wrong { margin-top: 8px; color: var(--seal); font-size: 14px; font-weight: 500; }

textarea { display: block; width: 100%; padding: 10px 12px; border: 1px solid var(--edge);
  border-radius: 8px; background: var(--paper); font-size: 16px; line-height: 1.5; resize: none;
  field-sizing: content; min-height: 46px; max-height: 136px; }
textarea:focus-visible { outline-width: 2px; outline-offset: -1px; }
textarea::placeholder { color: var(--soft); opacity: 1; }
.solid, .plain { min-height: 44px; padding: 0 18px; border: 1px solid transparent;
  border-radius: 8px; background: var(--accent); color: var(--on-accent); font-weight: 600; }
.plain { border-color: var(--edge); background: none; color: var(--ink); }
.solid:hover { filter: brightness(1.12); }
.solid:disabled { background: var(--line); color: var(--soft); cursor: default; filter: none; }
.ask { flex: none; padding: 12px 16px 10px; border-top: 1px solid var(--line);
  background: var(--paper); }
.ask .row { display: flex; align-items: flex-end; gap: 10px; }
.ask .solid { flex: none; min-height: 46px; }
.fine { margin-top: 8px; color: var(--soft); font-size: 12px; line-height: 1.4; }

@media (max-width: 560px), (max-height: 480px) {
  dialog.panel { inset: 0 0 auto 0 !important; width: 100%; border: 0; border-radius: 0;
    height: var(--seen-height, 100dvh); transform: translateY(var(--seen-top, 0)); }
  dialog .head { padding-top: calc(10px + env(safe-area-inset-top, 0px)); }
  dialog .ask { padding-bottom: calc(10px + env(safe-area-inset-bottom, 0px)); }
}
@media (prefers-reduced-motion: reduce) {
  *, ::before, ::after { animation-duration: 0s !important; transition: none !important; }
}`);

  const ICONS = {
    close: "M5 5l10 10M15 5L5 15",
    restart: "M4 10a6 6 0 1 0 2-4.5M6 2v4h4",
    helpful: "M6 9v8H3V9zm0 0 4-7c1.5 0 2.5 1.2 2 2.7L11.3 8H16c1 0 1.8 1 1.5 2l-1.4 5.5" +
      "c-.2.9-1 1.5-1.9 1.5H6",
    unhelpful: "M6 11V3H3v8zm0 0 4 7c1.5 0 2.5-1.2 2-2.7l-.7-3.3H16c1 0 1.8-1 1.5-2l-1.4-5.5" +
      "C15.9 3.6 15.1 3 14.2 3H6",
    copy: "M7 7h10v10H7zM13 7V3H3v10h4",
    page: "M8 4H4v12h12v-4M11 3h6v6M17 3l-8 8",
  };

  /** Make an element. Texts become text nodes; `on…` names become listeners. */
  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (typeof value === "function") element.addEventListener(key.slice(2), value);
      else if (value === true) element.setAttribute(key, "");
      else if (value !== false && value != null) element.setAttribute(key, value);
    }
    element.append(...children.filter((child) => child != null && child !== "")
      .map((child) => typeof child === "string" ? readable(child) : child));
    return element;
  }

  /** Marks that turn the direction of words are shown, not obeyed. */
  const readable = (text) => text.replace(/[\u202a-\u202e\u2066-\u2069]/g, "\ufffd");

  function icon(name) {
    const space = "http://www.w3.org/2000/svg";
    const drawing = document.createElementNS(space, "svg");
    const path = document.createElementNS(space, "path");
    for (const [key, value] of Object.entries({ viewBox: "0 0 20 20", width: 18, height: 18,
      "aria-hidden": true })) drawing.setAttribute(key, value);
    path.setAttribute("d", ICONS[name]);
    drawing.append(path);
    return drawing;
  }

  /** Return the text's nodes with the quote marked. The server counts code points, not units. */
  function marked(text, { start, end, quote }) {
    const points = [...text];
    if (points.slice(start, end).join("") !== quote) return [text];
    return [points.slice(0, start).join(""), make("mark", {}, quote), points.slice(end).join("")];
  }

  /** The language that a text is written in, as far as this element speaks it. */
  const languageOf = (text) => (/\p{Script=Han}/u.test(text) ? "zh" : "en");

  function preferredLanguage() {
    const wanted = [document.documentElement.lang, ...navigator.languages];
    return wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => WORDS[tag]) ?? "en";
  }

  /** Why a question was not answered; `failure_` and its kind is a key of WORDS. */
  class Failure extends Error {
    constructor(kind, { wait = 0, detail = "" } = {}) {
      super(kind);
      Object.assign(this, { kind, wait, detail });
    }
  }

  /** Make of an error of the server what a visitor can use. */
  function failureOf(status, problem, retryAfter) {
    const wait = Math.min(Number(retryAfter) || 5, 600);
    if (status === 429) return new Failure("limited", { wait });
    if (status === 503) return new Failure("crowded", { wait });
    if (status === 403) return new Failure("refused");
    const ours = status >= 400 && status < 500; // what was asked or set is wrong; the server says
    return new Failure("failed", { detail: ours ? String(problem.detail ?? "") : "" });
  }

  /** A site that is not allowed sees no status; that the server answers at all tells it apart. */
  async function whyUnreachable() {
    if (!navigator.onLine) return "offline";
    if (SERVER.origin === location.origin) return "unreachable";
    try {
      await fetch(source, { mode: "no-cors", cache: "no-store" });
      return "refused";
    } catch {
      return "unreachable";
    }
  }

  /** Yield the events of a server-sent stream as [name, data], wherever its chunks are cut. */
  async function* readEvents(body) {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    let rest = "", name = "", data = [];
    try {
      for (;;) {
        const { value, done } = await within(QUIET, reader.read());
        // A CR at the end of a chunk may be the first half of a CRLF: it waits for the next.
        const ends = done ? /\r\n|\n|\r/ : /\r\n|\n|\r(?!$)/;
        const lines = (rest + decoder.decode(value, { stream: !done })).split(ends);
        rest = lines.pop();
        for (const line of lines) {
          const [, field, text] = /^([^:]*):? ?(.*)$/s.exec(line);
          if (line === "") {
            if (data.length) yield [name, data.join("\n")];
            [name, data] = ["", []];
          } else if (field === "event") name = text;
          else if (field === "data") data.push(text);
        }
        if (done) return; // an event without its blank line is not whole
      }
    } finally {
      reader.cancel().catch(() => {});
    }
  }

  function within(milliseconds, promise) {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Failure("broken")), milliseconds);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
  }

  async function copyText(text, near) {
    try {
      await navigator.clipboard.writeText(text);
    } catch { // no secure context, or a frame that may not: the old way
      const box = make("textarea", { class: "unseen", "aria-hidden": "true" });
      box.value = text;
      near.append(box);
      box.select();
      document.execCommand("copy");
      box.remove();
    }
  }

  class ClauseBot extends HTMLElement {
    static observedAttributes = ["agreement", "heading", "examples", "inline", "key", "lang"];
    #root = this.attachShadow({ mode: "open" });
    #language = "en";
    #isAuto = true; // the language was not chosen by the host
    #launcher;
    #panel;
    #log;
    #box; // where a question is typed
    #send;
    #status; // what screen readers are told
    #scope;
    #agreements = new Map(); // by id, for their titles
    #learning; // what brings them
    #turns = [];
    #asking; // aborts the question that is being answered
    #left; // aborts what listens while the element is on the page

    constructor() {
      super();
      this.#root.adoptedStyleSheets = [STYLE];
      for (const kind of ["keydown", "keypress", "keyup"]) {
        // A help center's own shortcuts ("/" for search) are not for what is typed here.
        this.#root.addEventListener(kind, (event) => event.stopPropagation());
      }
    }

    connectedCallback() {
      this.#left = new AbortController();
      const { signal } = this.#left;
      SHEET.addEventListener("change", () => this.#panel.open && this.#present(), { signal });
      for (const kind of ["resize", "scroll"]) {
        window.visualViewport?.addEventListener(kind, () => this.#fit(), { signal });
      }
      this.#build();
    }

    disconnectedCallback() {
      this.#left.abort();
      this.#asking?.abort();
    }

    attributeChangedCallback(name, before, now) {
      if (before === now || (name === "lang" && now === this.#language)) return;
      if (name === "lang") this.#isAuto = !WORDS[now];
      if (this.#panel && this.isConnected) this.#build();
    }

    get isOpen() {
      return this.hasAttribute("inline") || Boolean(this.#panel?.open);
    }

    /** Open the panel, as the launcher does. */
    open() {
      if (this.isOpen) return;
      this.#launcher.hidden = true;
      this.#present();
      this.#learnTitles();
      // A phone's keyboard would cover the greeting.
      (SHEET.matches ? this.#root.querySelector(".heading") : this.#box).focus();
    }

    /** Close the panel; the conversation stays. */
    close() {
      if (this.hasAttribute("inline") || !this.isOpen) return;
      this.#panel.close();
      this.#launcher.hidden = false;
      this.#launcher.focus();
    }

    /* ---- what is built once ---- */

    #build() {
      this.#isAuto ||= !WORDS[this.getAttribute("lang")];
      this.#language = this.#isAuto ? preferredLanguage() : this.getAttribute("lang");
      this.setAttribute("lang", this.#language); // "auto" is no language to a screen reader
      const inline = this.hasAttribute("inline");
      const wasOpen = !inline && this.#panel?.open;
      this.#panel = make(inline ? "section" : "dialog", {
        class: "panel", "aria-labelledby": "heading",
        onkeydown: (event) => this.#onKey(event),
        oncancel: (event) => { event.preventDefault(); this.close(); },
      }, this.#head(inline), this.#talk(), this.#askForm());
      this.#launcher = make("button", {
        class: "launcher", type: "button", "aria-haspopup": "dialog",
        onclick: () => this.open(),
      }, make("span", { class: "mark", "aria-hidden": "true" }, "§"),
      make("span", {}, this.getAttribute("heading") || this.#say("widget_launcher")));
      this.#root.replaceChildren(...(inline ? [this.#panel] : [this.#launcher, this.#panel]));
      this.#greet();
      if (wasOpen) this.open();
    }

    #head(inline) {
      const heading = this.getAttribute("heading") || this.#say("widget_heading");
      this.#scope = make("p", { class: "scope" });
      const button = (name, label, act) => make("button", {
        type: "button", class: name, "aria-label": this.#say(label), onclick: act }, icon(name));
      return make("header", { class: "head" },
        make("span", { class: "mark", "aria-hidden": "true" }, "§"),
        make("div", { class: "titles" },
          make("h2", { class: "heading", id: "heading", tabindex: -1 }, heading), this.#scope),
        button("restart", "restart", () => this.#restart()),
        inline ? null : button("close", "widget_close", () => this.close()));
    }

    #talk() {
      this.#log = make("div", {
        class: "log", role: "region", tabindex: 0, "aria-label": this.#say("conversation") });
      return this.#log;
    }

    #askForm() {
      this.#box = make("textarea", {
        id: "question", rows: 1, maxlength: LONGEST, placeholder: this.#say("ask_hint"),
        enterkeyhint: "send", autocomplete: "off" });
      this.#send = make("button", { class: "solid", type: "submit" }, this.#say("send"));
      this.#status = make("p", { class: "unseen", role: "status" });
      return make("form", { class: "ask", onsubmit: (event) => this.#onSubmit(event) },
        make("label", { class: "unseen", for: "question" }, this.#say("ask_label")),
        make("div", { class: "row" }, this.#box, this.#send),
        make("p", { class: "fine" }, this.#say("widget_fine")), this.#status);
    }

    #greet() {
      const given = this.getAttribute("examples");
      const examples = given ? given.split("|")
        : ["example_balance", "example_notice", "example_court"].map((key) => this.#say(key));
      this.#log.replaceChildren(make("div", { class: "greeting" },
        make("p", { class: "hello" }, this.#say("hero")),
        make("p", { class: "promise" }, this.#say("promise")),
        make("h3", { class: "eyebrow" }, this.#say("examples")),
        make("ul", { class: "examples" }, ...examples.map((example) => make("li", {},
          make("button", { type: "button", onclick: () => this.#ask(example.trim()) },
            example.trim()))))));
      this.#root.querySelector(".restart").hidden = true;
      this.#turns = [];
      this.#asking?.abort();
      this.#wait(null);
    }

    #wait(asking) {
      this.#asking = asking;
      this.#send.disabled = Boolean(asking);
    }

    /** A panel beside the page; on a phone a sheet over it, which nothing behind can reach. */
    #present() {
      const focused = this.#root.activeElement;
      if (this.#panel.open) this.#panel.close();
      if (SHEET.matches) this.#panel.showModal();
      else this.#panel.show();
      this.#fit();
      focused?.focus();
    }

    /** Keep the sheet on the part of the screen that a phone's keyboard leaves free. */
    #fit() {
      const seen = window.visualViewport;
      if (!seen || seen.scale !== 1) return; // a reader who zooms moves the view alone
      this.#panel.style.setProperty("--seen-height", `${seen.height}px`);
      this.#panel.style.setProperty("--seen-top", `${seen.offsetTop}px`);
    }

    #onKey(event) {
      // While an input method composes, Enter and Escape are its own.
      if (event.isComposing || event.keyCode === 229) return;
      if (event.key === "Escape") {
        event.preventDefault();
        this.close();
      } else if (event.key === "Enter" && !event.shiftKey && event.target === this.#box) {
        this.#onSubmit(event);
      }
    }

    #onSubmit(event) {
      event.preventDefault();
      const question = this.#box.value.trim();
      if (!question || this.#asking) return;
      this.#box.value = "";
      this.#ask(question);
    }

    #restart() {
      this.#greet();
      this.#status.textContent = "";
      this.#box.focus();
    }

    /* ---- asking ---- */

    #ask(question) {
      if (this.#asking) return;
      if (!this.#turns.length) this.#log.replaceChildren();
      const reply = make("div", { class: "reply" });
      const history = this.#turns.filter(({ answer }) => answer).map((turn) => turn.question);
      const turn = { question, history: history.slice(-20), reply, answer: null };
      const id = `question-${this.#turns.push(turn)}`;
      const box = make("article", { class: "turn", "aria-labelledby": id },
        make("h3", { class: "question", id }, make("bdi", {}, question)), reply);
      this.#log.append(box);
      this.#log.scrollTop = box.offsetTop;
      this.#root.querySelector(".restart").hidden = false;
      this.#answer(turn);
    }

    async #answer(turn) {
      const asking = new AbortController();
      this.#wait(asking);
      this.#status.textContent = this.#say("looking");
      // What was clicked may be gone. On a touch screen the keyboard makes room.
      (TOUCH.matches ? this.#log : this.#box).focus({ preventScroll: true });
      turn.reply.replaceChildren(make("p", { class: "busy" }, this.#say("looking")));
      try {
        const [answer] = await Promise.all([
          this.#receive(turn, asking.signal), this.#learnTitles()]);
        if (asking.signal.aborted) return;
        if (answer.reason !== "invalid") turn.answer = answer;
        this.#showAnswer(turn, answer);
      } catch (error) {
        if (!asking.signal.aborted) this.#showFailure(turn, error);
      } finally {
        if (this.#asking === asking) this.#wait(null);
      }
    }

    /** Ask, show each citation as it arrives, and return the whole answer. */
    async #receive(turn, signal) {
      const body = { question: turn.question, history: turn.history };
      const agreement = this.getAttribute("agreement");
      if (agreement) body.agreement = agreement;
      const response = await this.#fetch("api/ask/stream", body, signal);
      if (!response.headers.get("content-type")?.startsWith("text/event-stream")) {
        throw new Failure("failed");
      }
      const cards = make("ol", { class: "cards" });
      const seen = [];
      let language = this.#language;
      try {
        for await (const [name, data] of readEvents(response.body)) {
          if (signal.aborted) break;
          const said = JSON.parse(data);
          if (name === "begin") language = said.language;
          else if (name === "citation") {
            cards.append(this.#card(turn, said, language, seen));
            turn.reply.prepend(cards);
          } else if (name === "error") throw failureOf(said.status, said);
          else if (name === "done") return said;
        }
      } catch (error) {
        throw error instanceof Failure ? error : new Failure("broken");
      }
      throw new Failure("broken");
    }

    async #fetch(path, body, signal) {
      const headers = body ? { "content-type": "application/json" } : {};
      const key = this.getAttribute("key");
      if (key) headers["x-clausebot-key"] = key;
      let response;
      try {
        response = await fetch(new URL(path, SERVER), {
          method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body), signal,
          credentials: "omit", referrerPolicy: "no-referrer" });
      } catch (error) {
        if (signal?.aborted) throw error;
        throw new Failure(await whyUnreachable());
      }
      if (response.ok) return response;
      const problem = await response.json().catch(() => ({}));
      throw failureOf(response.status, problem, response.headers.get("retry-after"));
    }

    /** Learn the agreements' titles, once, and say which is asked; answers stand without. */
    async #learnTitles() {
      this.#learning ??= this.#fetch("api/agreements").then((response) => response.json());
      try {
        const { agreements } = await this.#learning;
        this.#agreements = new Map(agreements.map((agreement) => [agreement.id, agreement]));
      } catch {
        this.#learning = undefined; // tried again next time
        return;
      }
      const agreement = this.getAttribute("agreement");
      this.#scope.textContent = agreement ? this.#title(agreement) : this.#say("all_agreements");
    }

    #title(id) {
      const { language, title, title_en } = this.#agreements.get(id) ?? {};
      return (language === this.#language ? title : title_en) || title || id;
    }

    /* ---- showing ---- */

    #showAnswer(turn, answer) {
      const { reply } = turn;
      const seen = [];
      if (answer.outcome === "answered") {
        const cards = answer.citations.map((citation) =>
          this.#card(turn, citation, answer.language, seen));
        reply.replaceChildren(...this.#prose(answer), make("ol", { class: "cards" }, ...cards),
          ...answer.remarks.map((remark) => make("p", { class: "remark" }, remark)));
        this.#status.textContent = this.#say("announce_answered", { count: cards.length });
      } else {
        const named = ["silent", "not_found", "weak_evidence"].includes(answer.reason);
        const said = answer.remarks.join(" ");
        const role = WORDS[this.#language][`abstained_${answer.reason}`]; // or none
        reply.replaceChildren(make("div", { class: role && "abstained" },
          role && make("p", { class: "role" }, role), make("p", { class: "said" }, said)));
        if (named) this.#list(turn, "nearest", "nearest_label", answer.retrieved.slice(0, NEAREST));
        this.#status.textContent = said;
      }
      this.#list(turn, "related", "widget_related", answer.related ?? []);
      if (answer.reason !== "invalid") reply.append(this.#after(turn, answer));
    }

    /** What a language model wrote of an answer, in its paragraphs, or what holds for all of it. */
    #prose(answer) {
      if (!answer.prose)
        return answer.opening ? [make("p", { class: "opening" }, answer.opening)] : [];
      const paragraphs = answer.prose.split("\n\n").map((words) => make("p", {}, words));
      return [make("div", { class: "prose" }, ...paragraphs,
        make("p", { class: "remark" }, this.#say("written_by_model")))];
    }

    #card(turn, citation, language, seen) {
      const role = seen.includes(citation.agreement) ? "also" : "deciding";
      seen.push(citation.agreement);
      const foreign = language !== languageOf(citation.text);
      const whole = citation.quote === citation.text;
      return make("li", { class: `card ${role}` },
        make("p", { class: "role" }, this.#say(role)),
        this.#reference(citation),
        citation.gist && make("p", { class: "said" }, this.#say("in_short", citation)),
        foreign && citation.quote_translation
          ? this.#rendering(citation.quote_translation) : null,
        make("blockquote", { class: "quote", lang: languageOf(citation.text) },
          citation.lead_in && make("p", { class: "lead-in" }, citation.lead_in),
          citation.quote),
        make("div", { class: "tools" }, this.#openLink(turn, citation),
          make("span", { class: "tag" },
            this.#say("confidence", { percent: Math.floor(citation.confidence * 100) })),
          whole ? null : this.#whole(citation, "whole_clause", foreign)));
    }

    #reference({ agreement, label, path = [] }) {
      return make("div", { class: "reference" },
        make("span", { class: "label" }, label),
        make("div", {}, make("span", { class: "title" }, this.#title(agreement)),
          path.length ? make("ol", { class: "path" },
            ...path.map((title) => make("li", { lang: languageOf(title) }, title))) : null));
    }

    #rendering(text) {
      return make("p", { class: "rendering", lang: languageOf(text) }, `${text} `,
        make("span", { class: "tag", lang: this.#language }, this.#say("unofficial_tag")));
    }

    #whole(clause, summary, foreign) {
      return make("details", {}, make("summary", {}, this.#say(summary)),
        make("p", { class: "whole", lang: languageOf(clause.text) },
          ...marked(clause.text, clause)),
        foreign && clause.translation ? this.#rendering(clause.translation) : null);
    }

    #list(turn, name, heading, clauses) {
      if (!clauses.length) return;
      turn.reply.append(make("section", { class: `list ${name}` },
        make("h4", { class: "eyebrow" }, this.#say(heading)),
        make("ul", {}, ...clauses.map((clause) => make("li", { class: clause.kind },
          this.#reference(clause), clause.note && make("p", { class: "why" }, clause.note),
          make("div", { class: "tools" }, this.#openLink(turn, clause),
            clause.text ? this.#whole(clause, "widget_text", false) : null))))));
    }

    #openLink(turn, clause) {
      const named = this.#say("clause", {
        agreement: this.#title(clause.agreement), label: clause.label });
      return make("a", { class: "open", href: this.#address(turn, clause.clause_id),
        target: "_blank", rel: "noopener",
        "aria-label": this.#say("widget_open_label", { clause: named }) },
      this.#say("widget_open"));
    }

    /** The full page with this question asked, a clause opened. */
    #address(turn, clause) {
      const address = new URL(SERVER);
      const query = { q: turn.question, agreement: this.getAttribute("agreement"),
        lang: this.#language, clause, after: turn.history.at(-1) };
      for (const [key, value] of Object.entries(query)) {
        if (value) address.searchParams.set(key, value);
      }
      return address.href;
    }

    #showFailure(turn, error) {
      const { kind, wait, detail } = error instanceof Failure ? error : new Failure("failed");
      const said = this.#say(`failure_${kind}`, { origin: location.origin });
      const again = make("button", {
        class: "solid", type: "button", onclick: () => this.#retry(turn),
      }, this.#say("widget_retry"));
      turn.reply.querySelector(".busy")?.remove();
      const title = turn.reply.hasChildNodes() ? "reason_incomplete" : "widget_failed_title";
      turn.reply.append(make("div", { class: "failure", "data-kind": kind },
        make("p", { class: "role" }, this.#say(title)),
        make("p", { class: "said" }, said), make("p", {}, detail),
        kind === "refused" ? null : again));
      this.#status.textContent = wait
        ? `${said} ${this.#say("widget_wait", { seconds: wait })}` : said;
      if (wait) this.#countDown(again, wait);
    }

    #retry(turn) {
      if (!this.#asking) this.#answer(turn);
    }

    #countDown(button, seconds) {
      const until = Date.now() + seconds * 1000;
      const tick = () => {
        const left = Math.ceil((until - Date.now()) / 1000);
        button.disabled = left > 0;
        button.textContent = left > 0
          ? this.#say("widget_wait", { seconds: left }) : this.#say("widget_retry");
        if (left > 0 && button.isConnected) setTimeout(tick, 250);
      };
      tick();
    }

    /* ---- after an answer ---- */

    #after(turn, answer) {
      const box = make("div", { class: "after" });
      const button = (name, said, act) => make("button", {
        type: "button", class: name, onclick: act,
      }, icon(name), make("span", {}, this.#say(said)));
      if (answer.answer_id) {
        // The same key however often it is sent, so that one visitor counts once.
        const about = { answer_id: answer.answer_id, key: newKey() };
        box.append(
          button("helpful", "rate_helpful",
            () => this.#judge(box, { ...about, verdict: "helpful" })),
          button("unhelpful", "widget_unhelpful", () => this.#askReason(box, about)));
        box.querySelector(".unhelpful").setAttribute("aria-expanded", "false");
      }
      const copy = button("copy", "widget_copy", async () => {
        await copyText(`${answer.answer}\n\n${this.#address(turn)}`, box);
        this.#status.textContent = copy.lastChild.textContent = this.#say("widget_copied");
        setTimeout(() => { copy.lastChild.textContent = this.#say("widget_copy"); }, 2000);
      });
      const page = make("a", { class: "page", href: this.#address(turn), target: "_blank",
        rel: "noopener", "aria-label": this.#say("widget_page_label") },
      icon("page"), this.#say("widget_page"));
      box.append(copy, page);
      return make("footer", {}, box);
    }

    #askReason(box, about) {
      const footer = box.parentNode;
      const opener = box.querySelector(".unhelpful");
      const shut = () => {
        footer.querySelector("form").remove();
        opener.setAttribute("aria-expanded", "false");
        opener.focus();
      };
      if (footer.querySelector("form")) {
        shut();
        return;
      }
      const choices = ["wrong_clause", "incomplete", "not_answered", "other"].map((reason) =>
        make("label", { class: "choice" },
          make("input", { type: "radio", name: about.key, value: reason, required: true }),
          this.#say(`reason_${reason}`)));
      const note = make("textarea", { id: about.key, rows: 2, maxlength: LONGEST,
        placeholder: this.#say("widget_note_hint") });
      footer.append(make("form", { class: "form", onsubmit: (event) => {
        event.preventDefault();
        const reason = event.target.querySelector("input:checked").value;
        this.#judge(box, { ...about, verdict: "unhelpful", reason, note: note.value.trim() });
      } },
      make("fieldset", {}, make("legend", {}, this.#say("rate_why")), ...choices),
      make("label", { class: "name", for: note.id }, this.#say("widget_note")), note,
      make("p", { class: "wrong", role: "alert" }),
      make("div", { class: "buttons" },
        make("button", { class: "solid", type: "submit" }, this.#say("rate_send")),
        make("button", { class: "plain", type: "button", onclick: shut },
          this.#say("widget_cancel")))));
      opener.setAttribute("aria-expanded", "true");
      footer.querySelector("input").focus();
      footer.querySelector("form").scrollIntoView({ block: "nearest" });
    }

    async #judge(box, feedback) {
      const footer = box.parentNode;
      const buttons = footer.querySelectorAll("button");
      const hold = (held) => buttons.forEach((button) => { button.disabled = held; });
      hold(true);
      try {
        await this.#fetch("api/feedback", feedback);
      } catch {
        hold(false);
        const alert = footer.querySelector(".wrong")
          ?? footer.appendChild(make("p", { class: "wrong", role: "alert" }));
        alert.textContent = this.#say("widget_unsent");
        return;
      }
      hold(false);
      const thanks = make("p", { class: "thanks", tabindex: -1 }, this.#say("rate_saved"));
      footer.querySelectorAll("form, .wrong, .helpful, .unhelpful").forEach((it) => it.remove());
      footer.append(thanks);
      thanks.focus(); // the button that had the focus is gone; this also reads it out
    }

    #say(key, values = {}) {
      return WORDS[this.#language][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
    }
  }

  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  customElements.define("clause-bot", ClauseBot);
})();
