/* The chart of the questions of each week, by topic, and the same figures as a table. */

import { call } from "./api.js";
import { count, field, fill, h, language, t } from "./dom.js";
import { s, scale } from "./svg.js";

const DAY = 86_400_000;
const [HIGH, LEFT, BELOW, ABOVE] = [230, 40, 26, 10];
const LABEL = 76; // pixels that the date of a week needs
const short = new Intl.DateTimeFormat(language, { month: "short", day: "numeric", timeZone: "UTC" });
const long = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" });

/** Return the section with the chart, its select and its table. */
export async function chartSection() {
  const told = await call("GET", "/api/desk/gaps/weeks");
  const begins = weeksOf(told.since, told.until);
  const groups = topicsOf(told);
  const select = h("select", { id: "gaps-topic" },
    h("option", { value: "" }, t("gaps_all_topics")),
    groups.map(({ title, options }) =>
      h("optgroup", { label: title }, options.map(({ key, name }) => h("option", { value: key }, name)))));
  const figure = h("figure", { class: "chart" });
  const table = h("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": t("gaps_chart_table") });
  let weeks = [];
  let drawn = 0; // pixels

  function show() {
    const wanted = told.weeks.filter((week) => select.value === "" || keysOf(week).includes(select.value));
    weeks = begins.map((week) => sum(week, wanted.filter((one) => one.begins === week)));
    drawn = 0;
    draw();
    fill(table, drawTable(weeks));
  }

  function draw() {
    if (figure.clientWidth === drawn || figure.clientWidth === 0) return;
    drawn = figure.clientWidth;
    fill(figure, drawBars(weeks, drawn), legend());
  }

  select.addEventListener("change", show);
  new ResizeObserver(draw).observe(figure);
  queueMicrotask(show);
  return h("section", { class: "panel", "aria-labelledby": "gaps-chart-title" },
    h("div", { class: "heading" },
      h("h2", { id: "gaps-chart-title" }, t("gaps_chart_title")),
      h("div", { class: "chart-choice" }, field(t("gaps_topic"), select))),
    figure,
    h("details", { class: "figures" }, h("summary", {}, t("gaps_chart_table")), table));
}

function weeksOf(since, until) {
  const weeks = [];
  for (let at = Date.parse(since); at <= Date.parse(until); at += 7 * DAY) weeks.push(new Date(at).toISOString().slice(0, 10));
  return weeks;
}

function keysOf(week) {
  return [JSON.stringify([week.agreement]), JSON.stringify([week.agreement, week.topic])];
}

/** Return each agreement that was asked about, and the topics in it, as a select offers them. */
function topicsOf({ weeks, agreements }) {
  const titles = new Map(agreements.map(({ id, title }) => [id, title]));
  const topics = new Map([...titles.keys()].map((id) => [id, new Set()]));
  for (const { agreement, topic } of weeks) {
    if (!topics.has(agreement)) topics.set(agreement, new Set());
    topics.get(agreement).add(topic);
  }
  const asked = [...topics].filter(([, within]) => within.size > 0);
  return asked.map(([id, within]) => {
    const title = id === "" ? t("gaps_no_agreement") : titles.get(id) ?? id;
    const whole = { key: JSON.stringify([id]), name: id === "" ? title : t("gaps_whole_agreement", { title }) };
    const parts = id === "" ? [] : [...within].sort().map((topic) => (
      { key: JSON.stringify([id, topic]), name: topic || t("gaps_no_topic") }));
    return { title, options: [whole, ...parts] };
  });
}

function sum(begins, weeks) {
  const total = (name) => weeks.reduce((so, week) => so + week[name], 0);
  return { begins: new Date(`${begins}T00:00:00Z`), answered: total("answered"), abstained: total("abstained") };
}

function drawBars(weeks, width) {
  const ticks = scale(Math.max(...weeks.map((week) => week.answered + week.abstained)));
  const top = ticks.at(-1);
  const y = (number) => HIGH - BELOW - (number / top) * (HIGH - BELOW - ABOVE);
  const step = (width - LEFT) / weeks.length;
  const every = Math.ceil(LABEL / step);
  const lines = ticks.map((tick) => [
    s("line", { class: "grid", x1: LEFT, x2: width, y1: y(tick), y2: y(tick) }),
    s("text", { class: "tick", x: LEFT - 8, y: y(tick) + 4, "text-anchor": "end" }, count(tick)),
  ]);
  const bars = weeks.map((week, at) => {
    const [x, wide] = [LEFT + at * step + step * 0.15, step * 0.7];
    const bar = (from, number, look) =>
      s("rect", { ...look, x, width: wide, y: y(from + number), height: y(from) - y(from + number) });
    const dated = (weeks.length - 1 - at) % every === 0 && x + wide / 2 - LABEL / 2 >= LEFT - 12;
    return s("g", {},
      s("title", {}, t("gaps_week_said", { week: long.format(week.begins), answered: count(week.answered), abstained: count(week.abstained) })),
      s("rect", { class: "reach", x: LEFT + at * step, y: ABOVE, width: step, height: HIGH - BELOW - ABOVE }),
      bar(0, week.answered, { class: "answered" }),
      bar(week.answered, week.abstained, { class: "abstained", fill: "url(#hatch)" }),
      dated ? s("text", { class: "tick", x: Math.min(x + wide / 2, width - 24), y: HIGH - 6, "text-anchor": "middle" }, short.format(week.begins)) : []);
  });
  const all = sum("1970-01-01", weeks);
  const said = t("gaps_chart_said", {
    since: long.format(weeks[0].begins), answered: count(all.answered), abstained: count(all.abstained),
  });
  return s("svg", { role: "img", "aria-label": said, width, height: HIGH, viewBox: `0 0 ${width} ${HIGH}` },
    hatch(), lines, bars);
}

function hatch() {
  return s("defs", {},
    s("pattern", { id: "hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      s("rect", { class: "hatch-ground", width: 6, height: 6 }),
      s("rect", { class: "hatch-line", width: 3, height: 6 })));
}

function legend() {
  const entry = (look, words) => h("li", {},
    s("svg", { width: 16, height: 16, "aria-hidden": "true" }, s("rect", { ...look, width: 16, height: 16 })), words);
  return h("figcaption", {}, h("ul", { class: "chart-legend" },
    entry({ class: "abstained", fill: "url(#hatch)" }, t("gaps_abstained")), entry({ class: "answered" }, t("gaps_answered"))));
}

function drawTable(weeks) {
  const number = (value) => h("td", { class: "number" }, count(value));
  const rows = weeks.toReversed().map((week) => h("tr", {},
    h("th", { scope: "row" }, long.format(week.begins)),
    number(week.answered + week.abstained), number(week.answered), number(week.abstained)));
  const heads = [t("gaps_asked"), t("gaps_answered"), t("gaps_abstained")];
  return h("table", {},
    h("caption", { class: "sr-only" }, t("gaps_chart_title")),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("gaps_week_from")), heads.map((head) => h("th", { scope: "col", class: "number" }, head)))),
    h("tbody", {}, rows));
}
