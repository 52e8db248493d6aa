import { call, download, during } from "./api.js";
import { count, field, fill, h, say, t } from "./dom.js";
import { chartSection } from "./gaps_chart.js";
import { gapCard, STATES } from "./gaps_card.js";
import { begin } from "./shell.js";

const PAGE = 20; // gaps on a page
const PAUSE = 2_000; // ms between two looks at how far the grouping is
const LATER = 30_000; // ms to the next look where it failed

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
