"use strict";
/* What Gradio's HTML blocks do beyond showing: clicks become events, what was opened
   is scrolled to, the address bar holds the question, the focus outlives a redraw. */
window.ClauseBot = (() => {
  const narrow = matchMedia("(max-width: 1019px)");
  const find = (selector) => document.querySelector(selector);
  const PATIENCE = 30_000; // ms that an answer is waited for
  const [FIRST_WAIT, LONGEST_WAIT] = [2_000, 15_000]; // ms between two tries to reach the server
  const FOCUSABLE = "a, button, summary, input, textarea, [tabindex]";
  const actions = []; // [selector of what is clicked, what it does]
  const drawn = []; // [selector of what a block may hold, what follows when it was drawn]
  let opener = null; // the link a reader came from, to go back to
  let opening = false; // a reader, not an answer, opened what the viewer is about to show
  let linked = new URLSearchParams(location.search).has("clause"); // an address leads to one
  let shown = 0; // turns on the page
  let patience = 0; // timer of the answer that is waited for
  let sendAgain = null; // does so at once, while the server cannot be reached
  let focused = null; // {block, at}: where in a block the focus was last
  const unfolded = new Set(); // details that the reader opened, as turn/number

  function onClick(selector, act) { actions.push([selector, act]); }
  function onDrawn(selector, act) { drawn.push([selector, act]); }

  function attach(element, trigger, watch) {
    element.addEventListener("click", (event) => click(event, trigger));
    watch("value", () => requestAnimationFrame(() => {
      for (const [selector, act] of drawn) if (element.querySelector(selector)) act(element);
    }));
  }

  function click(event, trigger) {
    const target = event.target.closest("a, button");
    if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const known = actions.find(([selector]) => target.matches(selector));
    if (!known) return;
    event.preventDefault();
    known[1](target, trigger);
  }

  onClick("[data-ask]", (target, trigger) => {
    work(true);
    trigger("submit", { question: target.dataset.ask });
  });
  onClick("[data-retry]", () => {
    if (sendAgain) sendAgain();
    else find("#send").click();
  });
  onClick("[data-clause]", (target, trigger) => {
    const { clause, start, end } = target.dataset;
    expectOpening(target);
    trigger("select", { clause, start: Number(start), end: Number(end) });
    if (find(".cited")?.dataset.clauseId === clause) settleViewer();
  });
  onClick("[data-open]", (target, trigger) => {
    expectOpening(target);
    trigger("select", { agreement: target.dataset.open });
  });
  onClick("[data-shelf]", (_, trigger) => trigger("clear"));
  onClick("[data-restart]", (_, trigger) => {
    trigger("clear");
    find("#question textarea")?.focus();
  });
  onClick("[data-lang]", (target, trigger) => {
    const { lang } = target.dataset;
    document.cookie = `clausebot_lang=${lang}; path=/; max-age=31536000; samesite=lax`;
    trigger("select", { language: lang });
  });
  onClick("[data-jump]", (target) => scrollTo(document.getElementById(target.dataset.jump)));
  onClick("[data-close]", () => closeViewer());
  onClick("[data-skip]", () => find("#question textarea")?.focus());

  onDrawn(".masthead", (element) => {
    document.documentElement.lang = element.querySelector(".masthead").dataset.language;
    document.documentElement.dataset.ready = "";
    refocus("masthead");
  });

  onDrawn(".welcome, .conversation", (element) => {
    const turns = element.querySelectorAll(".turn");
    const last = turns[turns.length - 1];
    document.body.classList.toggle("talking", turns.length > 0);
    for (const fold of element.querySelectorAll("details")) fold.open = unfolded.has(name(fold));
    if (turns.length > shown) greet(element, last);
    else refocus("conversation");
    shown = turns.length;
    const address = last ? last.dataset.address : `/?lang=${document.documentElement.lang}`;
    history.replaceState(null, "", address);
    if (!last && !narrow.matches) find("#question textarea")?.focus({ preventScroll: true });
  });

  onDrawn(".agreement, .shelf", settleViewer);

  function greet(element, turn) {
    if (turn.previousElementSibling) turn.scrollIntoView({ block: "start" });
    else window.scrollTo(0, 0);
    say(element.querySelector(".conversation").dataset.said);
    // The button that asked is gone with what it stood in.
    const at = document.activeElement;
    if (at === document.body || at.closest("#examples")) turn.querySelector("h2").focus();
  }

  function settleViewer() {
    const cited = find("#viewer .cited");
    const text = find("#viewer .agreement-text");
    if (linked && cited && narrow.matches) expectOpening(null);
    if (cited) linked = false;
    if (text) scrollTo(cited?.querySelector("mark") ?? cited ?? text.firstElementChild);
    if (opening) (cited ?? find("#viewer .agreement-title"))?.focus({ preventScroll: true });
    opening = false;
  }

  /** Bring an element or a range of the agreement's text into view. */
  function scrollTo(place) {
    const text = find("#viewer .agreement-text");
    if (!place || !text) return;
    const above = place.getBoundingClientRect().top - text.getBoundingClientRect().top;
    text.scrollTop += above - text.clientHeight * 0.22;
  }

  function expectOpening(from) {
    opener = from;
    opening = true;
    if (narrow.matches) cover(true);
  }

  function closeViewer() {
    cover(false);
    if (opener?.isConnected) opener.focus();
    else find("#question textarea")?.focus();
  }

  function cover(reading) {
    document.body.classList.toggle("reading", reading);
    for (const hidden of ["#masthead", "#talk", "#footer"]) find(hidden).inert = reading;
  }
  narrow.addEventListener("change", () => { if (!narrow.matches) cover(false); });

  function name(fold) {
    const turn = fold.closest(".turn");
    return `${turn.dataset.key}/${[...turn.querySelectorAll("details")].indexOf(fold)}`;
  }
  // A click and not "toggle", which a redraw causes as well: it closes what it draws anew.
  document.addEventListener("click", (event) => {
    const fold = event.target.closest(".turn details:not(.menu) > summary")?.parentElement;
    if (!fold) return;
    if (fold.open) unfolded.delete(name(fold));
    else unfolded.add(name(fold));
  }, true);

  document.addEventListener("focusin", (event) => {
    const block = event.target.closest("#masthead, #conversation");
    const at = block && [...block.querySelectorAll(FOCUSABLE)].indexOf(event.target);
    focused = block && { block: block.id, at };
  });
  function refocus(block) {
    if (focused?.block !== block || document.activeElement !== document.body) return;
    find(`#${block}`).querySelectorAll(FOCUSABLE)[focused.at]?.focus({ preventScroll: true });
  }

  function work(busy) {
    document.body.classList.toggle("working", busy);
    clearTimeout(patience);
    if (!busy) return;
    patience = setTimeout(tell, PATIENCE, "lost");
    say(find("#notice .busy").textContent);
  }

  /** Say why no answer comes ("lost", "limited") and offer to try again, or take that back (""). */
  function tell(why) {
    work(false);
    const notice = find("#notice .notice");
    if (!notice) return; // nothing was drawn yet
    notice.querySelector("p").textContent = why ? notice.dataset[why] : "";
    notice.querySelector("[data-retry]").hidden = !why;
  }

  // Gradio tells nobody that a request of its own failed, and hangs for good. So it never
  // learns of it: the request is sent again until it arrives.
  const send = window.fetch;
  window.fetch = async (...given) => {
    if (!String(given[0]?.url ?? given[0]).includes("/queue/join")) return send(...given);
    for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
      const response = await send(...given).catch(() => null);
      const isLimited = response?.status === 429;
      if (response && response.status < 500 && !isLimited) {
        if (wait > FIRST_WAIT) tell("");
        return response;
      }
      tell(isLimited ? "limited" : "lost");
      const asked = isLimited ? Number(response.headers.get("retry-after")) * 1_000 : 0; // of us
      await new Promise((again) => {
        sendAgain = again;
        setTimeout(again, Math.max(wait, asked));
      });
      sendAgain = null;
    }
  };

  /** Let a screen reader say something; its region stays while all else is drawn anew. */
  function say(words) {
    let region = find("#said");
    if (!region) {
      region = document.createElement("p");
      region.id = "said";
      region.setAttribute("role", "status");
      document.body.append(region);
    }
    region.textContent = words ?? "";
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

  return { attach, onClick, onDrawn, say, scrollTo, work };
})();
