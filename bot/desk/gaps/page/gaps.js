/* The gaps: what was asked and not answered well, and what the people of the desk make of it. */

import { call, download, during } from "./api.js";
import { count, field, fill, h, language, say, t, when } from "./dom.js";
import { chartSection, sparkline } from "./gaps_chart.js";
import { begin } from "./shell.js";

const STATES = ["new", "answered_elsewhere", "should_say", "ignored"];
const PAGE = 20; // gaps on a page
const PAUSE = 2_000; // ms between two looks at how far the grouping is
const LATER = 30_000; // ms to the next look where it failed
const drafts = new Map(); // what was chosen and typed and is not saved yet, by gap
addEventListener("beforeunload", (event) => {
  if (drafts.size) event.preventDefault();
});

begin(async (main) => {
  const wanted = new URLSearchParams(location.search).get("state") ?? "";
  const agreement = new URLSearchParams(location.search).get("agreement") ?? "";
  const shown = { state: STATES.includes(wanted) ? wanted : "", agreement, offset: 0, gaps: [], counts: {}, total: 0 };
  let timer = 0;
  const notice = h("div");
  const grouping = h("div", { class: "gap-grouping" });
  const filter = h("div", { class: "actions gap-filter", role: "group", "aria-label": t("gaps_filter") });
  const about = h("select", { id: "gaps-agreement", onchange: () => choose({ agreement: about.value }) });
  const title = h("h2", { id: "gaps-list-title", tabindex: "-1" }, t("gaps_list_title"));
  const list = h("div");

  async function load() {
    const query = new URLSearchParams({ limit: PAGE, offset: shown.offset });
    for (const name of ["state", "agreement"]) if (shown[name]) query.set(name, shown[name]);
    const told = await call("GET", `/api/desk/gaps?${query}`);
    if (!told.gaps.length && shown.offset && told.total) {
      shown.offset = Math.floor((told.total - 1) / PAGE) * PAGE; // others marked what stood here
      return load();
    }
    if (shown.agreement && !told.agreements.some(({ id }) => id === shown.agreement)) {
      shown.agreement = "";
      return load();
    }
    Object.assign(shown, { counts: told.counts, total: told.total, gaps: told.gaps });
    drawFilter();
    drawAgreements(told.agreements);
    fill(list, told.gaps.length ? drawGaps(told.gaps) : drawEmpty(told));
    follow(told.grouping);
    return null;
  }

  function drawFilter() {
    const all = STATES.reduce((so, state) => so + shown.counts[state], 0);
    const button = (state, words, number) => h("button", {
      type: "button", class: "small", "aria-pressed": String(shown.state === state),
      onclick: () => choose({ state }),
    }, words, h("span", { class: "number" }, count(number)));
    const focused = [...filter.children].indexOf(document.activeElement);
    fill(filter, button("", t("gaps_all"), all), STATES.map((state) => button(state, t(`gaps_state_${state}`), shown.counts[state])));
    filter.children[focused]?.focus();
  }

  function drawAgreements(agreements) {
    if (about.options.length) return;
    fill(about, h("option", { value: "" }, t("gaps_any_agreement")),
      agreements.map(({ id, title: name }) => h("option", { value: id }, name)));
    about.value = shown.agreement;
  }

  async function choose(choice) {
    Object.assign(shown, choice, { offset: 0 });
    const query = new URLSearchParams();
    for (const name of ["state", "agreement"]) if (shown[name]) query.set(name, shown[name]);
    history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
    await during(null, notice, load);
  }

  function drawGaps(gaps) {
    const cards = gaps.map((gap) => gapCard(gap, (former, mark) => {
      shown.counts[former.state] -= 1;
      shown.counts[mark.state] += 1;
      drawFilter();
    }));
    return [h("ul", { class: "gaps" }, cards), shown.total > PAGE ? drawPages(gaps.length) : null];
  }

  function drawPages(length) {
    const go = (words, isThere, isOn) => h("button", { type: "button", disabled: !isThere, onclick: () => turn(isOn) }, words);
    const place = { from: count(shown.offset + 1), to: count(shown.offset + length), total: count(shown.total) };
    return h("nav", { class: "actions gap-pages", "aria-label": t("gaps_pages") },
      go(t("gaps_former"), shown.offset > 0, false), h("span", {}, t("gaps_place", place)),
      go(t("gaps_next"), shown.offset + length < shown.total, true));
  }

  /** Turn a page; where one was marked and stands in this list no more, the next ones moved up. */
  async function turn(isOn) {
    const stayed = shown.gaps.filter(({ mark }) => !shown.state || mark.state === shown.state).length;
    shown.offset = Math.max(0, shown.offset + (isOn ? stayed : -PAGE));
    await during(null, notice, load);
    title.focus();
  }

  function drawEmpty(told) {
    if (!told.keeps_questions) return h("p", { class: "notice" }, t("gaps_not_kept"));
    if (shown.state || shown.agreement) return h("p", { class: "panel empty" }, t("gaps_none_in_state"));
    return h("p", { class: "panel empty" }, told.grouping.left ? t("gaps_none_yet") : t("gaps_none"));
  }

  /** Show how far the grouping is, and the list anew when it is done and nobody is at work in it. */
  function follow({ done, left, is_failing: isFailing }) {
    clearTimeout(timer);
    if (isFailing) {
      fill(grouping, h("p", { class: "notice" }, t("gaps_failing", { left: count(left) })));
      timer = setTimeout(look, LATER);
    } else if (!left) fill(grouping);
    else {
      const words = t("gaps_grouping", { done: count(done), total: count(done + left) });
      const bar = h("progress", { id: "gaps-progress", max: String(done + left), value: done });
      fill(grouping, h("label", { for: "gaps-progress" }, words), bar);
      timer = setTimeout(look, PAUSE);
    }
  }

  async function look() {
    const now = await call("GET", "/api/desk/gaps/grouping").catch(() => null);
    if (now === null) {
      timer = setTimeout(look, LATER);
      return;
    }
    const isBusy = list.contains(document.activeElement);
    if (now.left || now.is_failing) follow(now);
    else if (isBusy) {
      const button = h("button", { type: "button", class: "small", onclick: () => during(button, notice, load) }, t("gaps_show_grouped"));
      fill(grouping, button);
    } else {
      await during(null, notice, load);
      say(t("gaps_grouped"));
    }
  }

  function exporter(kind, words) {
    const button = h("button", {
      type: "button", onclick: () => during(button, notice, () => download(`/api/desk/gaps/export?format=${kind}`, `gaps.${kind}`)),
    }, words);
    return button;
  }

  const chart = await chartSection();
  await load();
  fill(main,
    h("div", { class: "heading" }, h("div", {}, h("h1", {}, t("title_gaps")), h("p", { class: "lead" }, t("gaps_lead"))),
      exporter("csv", t("gaps_export_csv")), exporter("xlsx", t("gaps_export_xlsx"))),
    notice, chart,
    h("section", { class: "gap-list", "aria-labelledby": title.id }, title,
      h("p", { class: "hint" }, t("gaps_note_hint")),
      h("div", { class: "gap-about" }, field(t("gaps_agreement"), about)), filter, grouping, list));
});

/* One gap: what was asked, how often, what comes near, and what a person makes of it */

/** Return a gap as an item of the list; `onMarked(former, mark)` is called when it was saved. */
function gapCard(gap, onMarked) {
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
      h("div", {}, others.length ? listed(t("gaps_others"), others.map((text, at) => h("li", {}, words(text), " ", answer(gap, at + 1)))) : null,
        gap.notes.length ? listed(t("gaps_said"), gap.notes.map((text) => h("li", {}, words(text)))) : null,
        gap.near.length ? listed(t("gaps_near"), gap.near.map((near) => h("li", {}, clause(near)))) : null),
      markForm(gap, onMarked)));
}

function listed(title, items) {
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
