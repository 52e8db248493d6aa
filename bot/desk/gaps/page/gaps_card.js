/* One gap: what was asked, how often, what comes near, and what a person makes of it. */

import { call, during } from "./api.js";
import { count, field, fill, h, language, say, t, when } from "./dom.js";
import { sparkline } from "./svg.js";

export const STATES = ["new", "answered_elsewhere", "should_say", "ignored"];
const drafts = new Map(); // what was chosen and typed and is not saved yet, by gap
addEventListener("beforeunload", (event) => {
  if (drafts.size) event.preventDefault();
});

/** Return a gap as an item of the list; `onMarked(former, mark)` is called when it was saved. */
export function gapCard(gap, onMarked) {
  const [first, ...others] = gap.examples;
  const title = `gap-${gap.gap_id}`;
  return h("li", { class: "panel gap", "aria-labelledby": title },
    h("div", { class: "gap-head" },
      h("h3", { id: title }, words(first)),
      h("div", { class: "gap-trend" },
        sparkline(gap.trend, t("gaps_trend", { numbers: gap.trend.map(count).join(", ") })),
        h("strong", {}, t("gaps_times", { count: count(gap.count) })))),
    h("p", { class: "soft gap-facts" },
      gap.agreements.length
        ? gap.agreements.map((agreement) => h("span", { class: "tag pen" }, agreement.title))
        : h("span", { class: "tag" }, t("gaps_all_agreements")),
      Object.entries(gap.signs).map(([sign, number]) =>
        h("span", { class: sign === "weak" ? "tag" : "tag bad" }, t(`gaps_sign_${sign}`, { count: count(number) }))),
      h("span", {}, t("gaps_last"), " ", when(gap.last_at)),
      gap.count > 1 ? h("span", {}, t("gaps_first"), " ", when(gap.first_at)) : null,
      answer(gap, 0)),
    h("div", { class: "gap-halves" },
      h("div", {}, others.length ? list(t("gaps_others"), others.map((text, at) => h("li", {}, words(text), " ", answer(gap, at + 1)))) : null,
        gap.notes.length ? list(t("gaps_said"), gap.notes.map((text) => h("li", {}, words(text)))) : null,
        gap.near.length ? list(t("gaps_near"), gap.near.map((near) => h("li", {}, clause(near)))) : null),
      markForm(gap, onMarked)));
}

function list(title, items) {
  return h("div", { class: "gap-listed" }, h("h4", { class: "eyebrow" }, title), h("ul", {}, items));
}

/** Return what somebody wrote, read aloud in its own language and in its own direction. */
function words(text) {
  return h("span", { lang: /[\u3400-\u9fff]/.test(text) ? "zh" : "en", dir: "auto" }, text);
}

/** Return the way to what one of the examples was answered, or that it was not. */
function answer(gap, at) {
  return h("a", { class: "gap-answer", href: `/a/${encodeURIComponent(gap.answers[at])}`, target: "_blank", rel: "noopener" },
    t("gaps_answer"), h("span", { class: "sr-only" }, `${gap.examples[at]} ${t("gaps_new_window")}`));
}

function clause(near) {
  if (!near.label) return h("span", { class: "soft" }, h("code", {}, near.clause_id), " ", t("gaps_clause_gone"));
  const address = `/?${new URLSearchParams({ clause: near.clause_id, lang: language })}`;
  return [
    h("a", { href: address, target: "_blank", rel: "noopener" }, `${near.title} ${near.label}`,
      h("span", { class: "sr-only" }, t("gaps_new_window"))),
    h("span", { class: "gap-begins", lang: /[\u3400-\u9fff]/.test(near.begins) ? "zh" : "en" }, near.begins),
  ];
}

function markForm(gap, onMarked) {
  const known = drafts.get(gap.gap_id) ?? gap.mark;
  const state = h("select", { id: `state-${gap.gap_id}`, oninput: remember },
    STATES.map((one) => h("option", { value: one, selected: one === known.state }, t(`gaps_state_${one}`))));
  const note = h("textarea", { id: `note-${gap.gap_id}`, rows: 2, maxlength: 2000, value: known.note, oninput: remember });
  const notice = h("div");
  const who = h("p", { class: "hint" });
  const button = h("button", { class: "solid small" }, t("save"),
    h("span", { class: "sr-only" }, `: ${gap.examples[0]}`));

  function remember() {
    drafts.set(gap.gap_id, { state: state.value, note: note.value });
  }

  async function save(event) {
    event.preventDefault();
    const place = `/api/desk/gaps/${encodeURIComponent(gap.gap_id)}`;
    const told = await during(button, notice, () => call("PUT", place, { state: state.value, note: note.value }));
    if (!told) return;
    const seen = gap.mark.at;
    gap.mark = told.mark;
    drafts.delete(gap.gap_id);
    note.value = told.mark.note;
    fill(who, ...signed(told.mark));
    if (told.former.at !== seen) fill(notice, replaced(told.former));
    say(t("gaps_saved"));
    onMarked(told.former, told.mark);
    button.focus();
  }

  fill(who, ...signed(gap.mark));
  return h("form", { class: "gap-mark", onsubmit: save },
    field(t("gaps_state"), state), field(t("gaps_note"), note), notice,
    h("div", { class: "row" }, button, who));
}

function signed(mark) {
  return mark.at ? [t("gaps_marked_by", { who: mark.who }), " · ", when(mark.at)] : [t("gaps_marked_by_nobody")];
}

/** Say what was replaced: the last word stands, but nobody's note goes unseen. */
function replaced(former) {
  return h("div", { class: "notice" },
    h("p", {}, t("gaps_replaced", { who: former.who, state: t(`gaps_state_${former.state}`) }), " ", when(former.at)),
    former.note ? h("blockquote", { dir: "auto" }, former.note) : null);
}
