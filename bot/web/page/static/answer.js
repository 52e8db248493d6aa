"use strict";
/* The line under an answer: what its reader thinks of it, and ways to hand it on. */
(() => {
  const { onClick, onDrawn, say } = window.ClauseBot;
  const PATIENCE = 10_000; // ms that a rating may take before its reader is asked to try again
  const ratings = new Map(); // turn → {verdict, reason, note, open, state, ticket}; outlives redraws
  let tickets = 0;

  function ratingOf(element) {
    const turn = element.closest(".rating").dataset.turn;
    if (!ratings.has(turn)) {
      ratings.set(turn, { turn, verdict: "", reason: null, note: "", open: false, state: "" });
    }
    return ratings.get(turn);
  }

  function show() {
    for (const form of document.querySelectorAll(".rating")) {
      const rating = ratings.get(form.dataset.turn);
      if (rating) showOne(form, rating);
    }
  }

  function showOne(form, { verdict, reason, note, open, state }) {
    for (const thumb of form.querySelectorAll("[data-rate]")) {
      thumb.setAttribute("aria-pressed", String(thumb.dataset.rate === verdict));
    }
    form.querySelector(".unhelpful").setAttribute("aria-expanded", String(open));
    form.querySelector(".why").hidden = !open;
    for (const radio of form.elements.reason) radio.checked = radio.value === reason;
    if (form.elements.note.value !== note) form.elements.note.value = note;
    const words = { kept: form.dataset.saved, lost: form.dataset.failed }[state] ?? "";
    const said = form.querySelector(".rating-said");
    if (said.textContent !== words) said.textContent = words;
    form.dataset.state = state;
    form.querySelector("[data-rate-again]").hidden = state !== "lost";
  }

  function send(rating, trigger) {
    if (rating.state === "sending") { // one after the other, so that the last word is kept last
      rating.next = () => send(rating, trigger);
      return;
    }
    const ticket = String(++tickets);
    Object.assign(rating, { state: "sending", ticket });
    const { turn, verdict, reason, note } = rating;
    trigger("like", { turn, verdict, reason, note, ticket });
    setTimeout(() => settle(ticket, "lost"), PATIENCE);
    show();
  }

  function settle(ticket, state) {
    for (const rating of ratings.values()) {
      if (rating.ticket !== ticket || rating.state !== "sending") continue;
      rating.state = state;
      const { next } = rating;
      rating.next = null;
      if (next) {
        next();
        continue;
      }
      if (state === "kept" && rating.sent) rating.open = false;
      rating.sent = false;
    }
    show();
  }

  onClick("[data-rate]", (target, trigger) => {
    const rating = ratingOf(target);
    const again = rating.verdict === target.dataset.rate;
    rating.open = target.dataset.rate === "unhelpful" && !(again && rating.open);
    if (!again) {
      rating.verdict = target.dataset.rate;
      if (rating.verdict === "helpful") Object.assign(rating, { reason: null, note: "" });
      send(rating, trigger);
    }
    show();
    const form = target.closest(".rating").querySelector(".why");
    if (rating.open) form.scrollIntoView({ block: "nearest" });
  });
  onClick("[data-rate-send]", (target, trigger) => {
    const rating = ratingOf(target);
    rating.sent = true; // the form has done its work once this is kept
    send(rating, trigger);
    target.closest(".rating").querySelector(".unhelpful").focus();
  });
  onClick("[data-rate-again]", (target, trigger) => send(ratingOf(target), trigger));
  onClick("[data-rate-close]", (target) => {
    const rating = ratingOf(target);
    rating.open = false;
    show();
    target.closest(".rating").querySelector(".unhelpful").focus();
  });
  document.addEventListener("input", ({ target }) => {
    if (!target.closest(".rating")) return;
    ratingOf(target)[target.name] = target.value;
  });
  onDrawn(".rating", show);
  onDrawn("[data-ticket]", (element) => {
    const { ticket, kept } = element.querySelector("[data-ticket]").dataset;
    settle(ticket, kept === "yes" ? "kept" : "lost");
  });

  /* Sharing. */
  const absolute = (address) => new URL(address, location.href).href;

  async function copy(target, text) {
    const menu = target.closest(".menu");
    const copied = await toClipboard(text);
    const words = copied ? target.dataset.copied : target.parentElement.dataset.failed;
    menu.open = false;
    const summary = menu.querySelector("summary");
    summary.focus();
    say(words);
    summary.dataset.words ??= summary.textContent;
    summary.textContent = words;
    setTimeout(() => { summary.textContent = summary.dataset.words; }, 2500);
  }

  async function toClipboard(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch { // a site without https has no clipboard, but may copy what is selected
      const box = document.createElement("textarea");
      box.value = text;
      document.body.append(box);
      box.select();
      const copied = document.execCommand("copy");
      box.remove();
      return copied;
    }
  }

  onClick("[data-copy-link]", (target) => copy(target, absolute(target.dataset.copyLink)));
  onClick("[data-copy-text]", (target) => {
    const { copyLink } = target.parentElement.querySelector("[data-copy-link]").dataset;
    copy(target, `${target.dataset.copyText}\n${absolute(copyLink)}\n`);
  });

  const openMenu = () => document.querySelector(".menu[open]");
  document.addEventListener("click", ({ target }) => {
    for (const menu of document.querySelectorAll(".menu[open]")) {
      if (!menu.contains(target) || target.closest("[download]")) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && openMenu();
    if (!menu) return;
    event.stopPropagation();
    menu.open = false;
    menu.querySelector("summary").focus();
  }, true);
  document.addEventListener("toggle", ({ target }) => {
    if (!target.matches(".menu[open]")) return;
    target.querySelector(".menu-list").scrollIntoView({ block: "nearest" });
  }, true);
})();
