/* What a person made of a former draft and a new draft in, section by section; one text out. */

import { paragraphs } from "./ticket_forms.js";

const CLOSING = 2; // paragraphs behind the last question: what to do if it is unclear, regards
const PARAGRAPH = /(?<=\n\n)/;

/**
 * Return what the sections of a draft are told apart by, in order: {name, number, words}, where
 * the section begins with the words. What stands before the first is the greeting.
 */
export function marksOf(draft) {
  const questions = draft.replies.map(({ heading }, at) => ({ name: "question", number: at + 1, words: heading }));
  const closing = draft.replies.length ? paragraphs(draft.text).slice(-CLOSING) : [];
  return [...questions, ...closing.map((words) => ({ name: "closing", number: 0, words }))];
}

/**
 * Merge what a person wrote upon `base` with the draft `made` of today.
 *
 * Returns sections, in order: {sections, base, own, made, text, isAsked}. Only where both are
 * others than the base `isAsked` is true; then `text` is the person's, and nothing is lost.
 */
export function merge(base, own, made, marks) {
  const shared = inOrder(marks, base, made);
  const [former, later] = [cut(base, shared), cut(made, shared)];
  const parts = [];
  let part = null;
  let from = 0;
  for (const [at, words] of former.entries()) {
    part ??= { sections: [], base: "", made: "" };
    part.sections.push(at ? shared[at - 1] : { name: "greeting", number: 0 });
    part.base += words;
    part.made += later[at];
    const end = at < shared.length ? endOf(own, from, part.base, shared[at].words) : own.length;
    if (end < 0) continue; // nobody can tell where the next one begins: both are one
    parts.push(...settle({ ...part, own: own.slice(from, end) }));
    from = end;
    part = null;
  }
  return parts;
}

/** Return the same of a reply that has no sections in common with the draft of today. */
export function whole(base, own, made) {
  return [decide({ sections: [{ name: "whole", number: 0 }], base, own, made })];
}

/** Return the text of sections that were merged, and the text that it is now an edit of. */
export function join(parts) {
  return {
    text: parts.map((part) => part.text).join(""),
    base: parts.map((part) => (part.isAsked ? part.base : part.made)).join(""),
  };
}

/** Return one section, or its paragraphs where each text has the same number of them. */
function settle({ sections, ...texts }) {
  const pieces = sections[0].name === "greeting" && sections.length === 1
    ? Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text.split(PARAGRAPH)])) : null;
  const isFine = pieces && new Set(Object.values(pieces).map((list) => list.length)).size === 1;
  if (!isFine) return [decide({ sections, ...texts })];
  return pieces.base.map((base, at) => decide({ sections, base, own: pieces.own[at], made: pieces.made[at] }));
}

function decide(part) {
  const { base, own, made } = part;
  const isAsked = own !== base && made !== base && own !== made;
  return { ...part, isAsked, text: own === base ? made : own };
}

function endOf(own, from, base, next) {
  const place = placeOf(own, next, from);
  if (place >= 0) return place;
  return own.startsWith(base, from) ? from + base.length : -1;
}

/** Return the marks that stand in both texts, in that order. */
function inOrder(marks, one, other) {
  let [inOne, inOther] = [0, 0];
  return marks.filter(({ words }) => {
    const [first, second] = [placeOf(one, words, inOne), placeOf(other, words, inOther)];
    if (first < 0 || second < 0) return false;
    [inOne, inOther] = [first + words.length, second + words.length];
    return true;
  });
}

function cut(text, marks) {
  let from = 0;
  const places = marks.map(({ words }) => {
    const place = placeOf(text, words, from);
    from = place + words.length;
    return place;
  });
  return [0, ...places].map((place, at) => text.slice(place, places[at] ?? text.length));
}

/** Return where a line begins with some words; -1 for nowhere. */
function placeOf(text, words, from) {
  let place = text.indexOf(words, from);
  while (place > 0 && text[place - 1] !== "\n") place = text.indexOf(words, place + 1);
  return place;
}
