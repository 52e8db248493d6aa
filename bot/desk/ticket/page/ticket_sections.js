/* Which part of a whole reply is the reply to one question. */

import { paragraphs } from "./ticket_forms.js";

const FRAME = 2; // paragraphs before the first question and behind the last: greeting, opening …

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
