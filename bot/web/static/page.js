"use strict";
/* What Gradio's HTML blocks do beyond showing: clicks become events, what was opened
   is scrolled to, the address bar holds the question. */
window.ClauseBot = (() => {
  const narrow = matchMedia("(max-width: 1019px)");
  const find = (selector) => document.querySelector(selector);
  let opener = null; // the link a reader came from, to go back to
  let opening = false; // a reader, not an answer, opened what the viewer is about to show
  let shown = 0; // turns on the page

  function attach(element, trigger, watch) {
    element.addEventListener("click", (event) => onClick(event, trigger));
    watch("value", () => requestAnimationFrame(() => settle(element)));
  }

  function onClick(event, trigger) {
    const target = event.target.closest("a, button");
    if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const act = actions.find(([name]) => target.matches(name));
    if (!act) return;
    event.preventDefault();
    act[1](target, trigger);
  }

  const actions = [
    ["[data-ask]", (target, trigger) => {
      work(true);
      trigger("submit", { question: target.dataset.ask });
    }],
    ["[data-clause]", (target, trigger) => {
      const { clause, start, end } = target.dataset;
      expectOpening(target);
      trigger("select", { clause, start: Number(start), end: Number(end) });
      if (find(".cited")?.dataset.clauseId === clause) settleViewer();
    }],
    ["[data-open]", (target, trigger) => {
      expectOpening(target);
      trigger("select", { agreement: target.dataset.open });
    }],
    ["[data-shelf]", (_, trigger) => trigger("clear")],
    ["[data-restart]", (_, trigger) => {
      trigger("clear");
      find("#question textarea")?.focus();
    }],
    ["[data-lang]", (target, trigger) => {
      const { lang } = target.dataset;
      document.cookie = `clausebot_lang=${lang}; path=/; max-age=31536000; samesite=lax`;
      trigger("select", { language: lang });
    }],
    ["[data-jump]", (target) => scrollTo(document.getElementById(target.dataset.jump))],
    ["[data-close]", () => closeViewer()],
    ["[data-skip]", () => find("#question textarea")?.focus()],
    [".share", (target) => copyLink(target)],
  ];

  function settle(element) {
    if (element.querySelector(".masthead")) settleHeader(element);
    if (element.querySelector(".welcome, .conversation")) settleTalk(element);
    if (element.querySelector(".agreement, .shelf")) settleViewer();
  }

  function settleHeader(element) {
    document.documentElement.lang = element.querySelector(".masthead").dataset.language;
    document.documentElement.dataset.ready = "";
  }

  function settleTalk(element) {
    const turns = element.querySelectorAll(".turn");
    const last = turns[turns.length - 1];
    document.body.classList.toggle("talking", turns.length > 0);
    if (turns.length > shown) last.scrollIntoView({ block: "start" });
    shown = turns.length;
    const address = last ? last.dataset.share : `/?lang=${document.documentElement.lang}`;
    history.replaceState(null, "", address);
    if (!last && !narrow.matches) find("#question textarea")?.focus({ preventScroll: true });
  }

  function settleViewer() {
    const cited = find("#viewer .cited");
    const text = find("#viewer .agreement-text");
    if (text) scrollTo(cited?.querySelector("mark") ?? cited ?? text.firstElementChild);
    if (opening) (cited ?? find("#viewer .agreement-title"))?.focus({ preventScroll: true });
    opening = false;
  }

  function scrollTo(place) {
    const text = find("#viewer .agreement-text");
    if (!place || !text) return;
    const above = place.getBoundingClientRect().top - text.getBoundingClientRect().top;
    text.scrollTop += above - text.clientHeight * 0.22;
  }

  function expectOpening(from) {
    opener = from;
    opening = true;
    if (!narrow.matches) return;
    document.body.classList.add("reading");
    find("#talk").inert = true;
  }

  function closeViewer() {
    document.body.classList.remove("reading");
    find("#talk").inert = false;
    if (opener?.isConnected) opener.focus();
    else find("#question textarea")?.focus();
  }

  async function copyLink(target) {
    const address = new URL(target.getAttribute("href"), location.href).href;
    try {
      await navigator.clipboard.writeText(address);
    } catch {
      location.assign(address); // without a clipboard, the address bar is where to copy from
      return;
    }
    const said = target.textContent;
    target.textContent = target.dataset.copied;
    setTimeout(() => { target.textContent = said; }, 2000);
  }

  function work(busy) {
    document.body.classList.toggle("working", busy);
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && find("#viewer")?.contains(document.activeElement)) closeViewer();
  });
  for (const kind of ["keydown", "keypress"]) {
    // Enter that ends a Chinese input method's composition must not send the question.
    document.addEventListener(kind, (event) => {
      if (event.isComposing || event.keyCode === 229) event.stopImmediatePropagation();
    }, true);
  }

  return { attach, work };
})();
