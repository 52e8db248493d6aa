"use strict";
/* Find in the opened agreement: matches are painted over the text (CSS highlights), which
   itself stays as it is, so that the mark of a quote keeps its place. A browser without them
   selects the match it is at. */
(() => {
  const { onClick, onDrawn, scrollTo } = window.ClauseBot;
  const get = (selector) => document.querySelector(`#viewer ${selector}`);
  const paints = "highlights" in CSS;
  let words = ""; // that are looked for
  let agreement = ""; // in which
  let matches = []; // ranges, in the order of the text
  let at = -1; // the match that the reader is at

  onDrawn(".agreement, .shelf", () => {
    const opened = get(".agreement")?.dataset.agreement ?? "";
    if (opened !== agreement) words = "";
    agreement = opened;
    const field = get(".find-words");
    if (field) field.value = words;
    search();
  });

  document.addEventListener("input", ({ target }) => {
    if (!target.matches(".find-words")) return;
    words = target.value;
    search();
    step(0);
  });

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || !event.target.matches?.(".find-words")) return;
    if (event.key === "Enter") {
      event.preventDefault();
      step(event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape" && words) {
      event.stopPropagation(); // the next Escape leaves the agreement
      event.target.value = words = "";
      search();
    }
  }, true);

  onClick("[data-find]", (target) => step(Number(target.dataset.find)));

  function search() {
    const pattern = toPattern(words);
    const blocks = pattern ? get(".agreement-text")?.children ?? [] : [];
    matches = [...blocks].flatMap((block) => findIn(block, pattern));
    at = matches.findIndex(isBelowTop);
    if (at < 0 && matches.length) at = 0;
    show();
  }

  /** Go to the match so many steps on, round at the ends. */
  function step(by) {
    if (!matches.length) return;
    at = (at + by + matches.length) % matches.length;
    scrollTo(matches[at]);
    show();
  }

  /** Letters in either case and either width; a blank stands for any number of blanks. */
  function toPattern(sought) {
    const marks = [...sought.trim().replace(/\s+/gu, " ")].map((mark) => {
      if (mark === " ") return "\\s+";
      const code = mark.codePointAt(0);
      const twin = code > 0xff00 && code < 0xff5f ? code - 0xfee0
        : code > 0x20 && code < 0x7f ? code + 0xfee0 : 0;
      const either = twin ? [mark, String.fromCodePoint(twin)] : [mark];
      return `(?:${either.map((one) => one.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&")).join("|")})`;
    });
    return marks.length ? new RegExp(marks.join(""), "giu") : null;
  }

  function findIn(block, pattern) {
    const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    const nodes = []; // [node, offset of its first character in the block]
    let text = "";
    while (walker.nextNode()) {
      nodes.push([walker.currentNode, text.length]);
      text += walker.currentNode.data;
    }
    const place = (offset, isEnd) => {
      const [node, start] = nodes.findLast(([, first]) => first < offset + (isEnd ? 0 : 1));
      return [node, offset - start];
    };
    return [...text.matchAll(pattern)].map(({ index, 0: found }) => {
      const range = new Range();
      range.setStart(...place(index, false));
      range.setEnd(...place(index + found.length, true));
      return range;
    });
  }

  function isBelowTop(range) {
    const top = get(".agreement-text").getBoundingClientRect().top;
    return range.getBoundingClientRect().top >= top;
  }

  function show() {
    const count = get(".find-count");
    if (!count) return;
    count.textContent = matches.length ? `${at + 1}/${matches.length}`
      : words.trim() ? count.dataset.none : "";
    for (const button of document.querySelectorAll("[data-find]")) {
      button.disabled = !matches.length;
    }
    if (paints) {
      CSS.highlights.set("found", new Highlight(...matches));
      CSS.highlights.set("found-now", new Highlight(...matches.slice(Math.max(at, 0), at + 1)));
    } else if (matches.length) {
      getSelection().removeAllRanges();
      getSelection().addRange(matches[at]);
    }
  }
})();
