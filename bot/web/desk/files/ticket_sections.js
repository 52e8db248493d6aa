/* Which part of a whole reply is the reply to one question. */

import { paragraphs } from "./ticket_forms.js";

const FRAME = 2; // paragraphs before the first question and behind the last: greeting, opening …

/** Return what the whole reply says to question `at`, or all of it where its heading is gone. */
export function sectionOf(text, draft, at) {
  const places = placesOf(text, draft);
  if (places[at] < 0) return withoutFrame(text, draft);
  const next = places.slice(at + 1).find((place) => place >= 0) ?? text.length;
  return withoutFrame(text.slice(places[at] + draft.replies[at].heading.length, next), draft);
}

/** Return the whole reply without greeting and closing words, which every reply has of its own. */
export function withoutFrame(text, draft) {
  const whole = paragraphs(draft.text);
  const frame = new Set([...whole.slice(0, FRAME), ...whole.slice(-FRAME)]);
  const left = paragraphs(text);
  while (left.length && frame.has(left[0])) left.shift();
  while (left.length && frame.has(left.at(-1))) left.pop();
  return left.join("\n\n");
}

function placesOf(text, draft) {
  let from = 0;
  return draft.replies.map(({ heading }) => {
    const place = text.indexOf(heading, from);
    if (place >= 0) from = place + heading.length;
    return place;
  });
}
