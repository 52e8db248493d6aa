/* The words of a message and of its reply, without a page: all here is text and plain values. */

/* The message as it was read */

/**
 * Return a message cut where a question, an identifier or a part of it begins or ends, in order:
 * {words, question, identifier, part}. `question` is its place from 0, -1 for none; `identifier`
 * and `part` are those of the draft that the words are of.
 */
export function cutMessage(message, { replies, parts, identifiers }) {
  const letters = Array.from(message); // offsets count code points, not halves of them
  const spans = [...replies, ...parts, ...identifiers];
  const cuts = [...new Set([0, letters.length, ...spans.flatMap(({ start, end }) => [start, end])])];
  cuts.sort((one, other) => one - other);
  return cuts.slice(0, -1).map((start, place) => {
    const covers = (span) => span.start <= start && start < span.end;
    return {
      words: letters.slice(start, cuts[place + 1]).join(""),
      question: replies.findIndex(covers),
      identifier: identifiers.find(covers),
      part: parts.find(covers),
    };
  });
}

/* Paragraphs and forms: every word is text, as the server makes it */

// Control characters, and marks that turn the direction of the words after them.
const UNPRINTABLE = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]/g;
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };
const SIGNS = /[\\`*_{}[\]()#|<>&~$@^]|(?<=:)\/(?=\/)|(?<=www)\./gi;
const BULLET = /^(?:(?=[-+=])|[0-9]{1,9}(?=\.))/;

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

function showAll(text) {
  return text.toWellFormed().replace(UNPRINTABLE, "\ufffd");
}

function escape(text) {
  return showAll(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign]);
}

function escapeLine(line) {
  const words = line.replace(/^[ \t]+/, "");
  const indent = "\u00a0".repeat(line.length - words.length); // blanks would make it code
  return indent + showAll(words).replace(SIGNS, "\\$&").replace(BULLET, "$&\\");
}

/* Which part of a whole reply is the reply to one question */

const FRAME = 2; // paragraphs before the first question (greeting, opening) and behind the last

/** Return what the whole reply says to question `at`; null where its heading is gone. */
export function sectionOf(text, draft, at) {
  const places = placesOf(text, draft);
  if (places[at] < 0) return null;
  const next = places.slice(at + 1).find((place) => place >= 0) ?? text.length;
  return withoutFrame(text.slice(places[at] + draft.replies[at].heading.length, next), draft);
}

/** Return the whole reply without its greeting, and without all that follows the last answer. */
export function withoutFrame(text, draft) {
  const whole = paragraphs(draft.text);
  const [opening, closing] = [new Set(whole.slice(0, FRAME)), new Set(whole.slice(-FRAME))];
  const left = paragraphs(text);
  while (left.length && opening.has(left[0])) left.shift();
  const end = left.findIndex((paragraph) => closing.has(paragraph));
  return (end < 0 ? left : left.slice(0, end)).join("\n\n");
}

function placesOf(text, draft) {
  let from = 0;
  return draft.replies.map(({ heading }) => {
    const place = text.indexOf(heading, from);
    if (place >= 0) from = place + heading.length;
    return place;
  });
}

/* What a person made of a former draft, and a new draft, section by section */

const PARAGRAPH = /(?<=\n\n)/;

/**
 * Return what the sections of a draft are told apart by, in order: {name, number, words}, where
 * the section begins with the words. What stands before the first is the greeting.
 */
export function marksOf(draft) {
  const questions = draft.replies.map(({ heading }, at) => ({ name: "question", number: at + 1, words: heading }));
  const closing = draft.replies.length ? paragraphs(draft.text).slice(-FRAME) : [];
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

/* The clauses of a reply that is approved, and those that no longer read as a draft quoted them */

/** Return the clauses that some replies quote, each once, then those that may be cited beside. */
export function clausesOf(replies) {
  const quoted = replies.flatMap((reply) => reply.passages);
  const clauses = new Map(); // in the order of the reply; of one that is quoted twice the passage counts
  for (const clause of [...quoted.flatMap((passage) => [...passage.lead_ins, passage]), ...quoted]) {
    clauses.set(clause.clause_id, { ...clause, chosen: true });
  }
  for (const choice of replies.flatMap((reply) => reply.choices)) {
    if (!clauses.has(choice.clause_id)) clauses.set(choice.clause_id, { ...choice, quote: choice.text, chosen: false });
  }
  return [...clauses.values()];
}

/**
 * Return the clauses that are to be quoted anew: {former, now}, `now` null where nothing is left.
 *
 * `now` is what the API says of each of the `clauses`, in their order.
 */
export function findStale(clauses, now) {
  return clauses.map((former, at) => ({ former, now: now[at] }))
    .filter(({ former, now: later }) => later?.clause_id !== former.clause_id || later.quote !== former.quote);
}

/** Return the words of a reply with the quotes, and their renderings, as they are now. */
export function requote(text, stale) {
  return stale.filter(({ now }) => now !== null).reduce((words, { former, now }) => {
    const quoted = words.replaceAll(former.quote, () => now.quote);
    return former.rendering ? render(quoted, former.rendering, now.rendering) : quoted;
  }, text);
}

/** Replace a rendering; its line goes where there is no rendering of the words now. */
function render(text, former, now) {
  if (now !== null) return text.replaceAll(former, () => now);
  return text.split("\n").filter((line) => !line.includes(former)).join("\n");
}
