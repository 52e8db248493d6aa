/* The pictures of the gaps: the questions of each week as a chart and as a table, and small bars. */

import { call } from "./api.js";
import { count, field, fill, h, language, s, t } from "./dom.js";
import { figuresOf, HIGH, keyOf, layOut, layOutSparks, sum, topicsOf } from "./gaps_figures.js";

const short = new Intl.DateTimeFormat(language, { month: "short", day: "numeric", timeZone: "UTC" });
const long = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" });

/** Return the section with the chart, its select and its table. */
export async function chartSection() {
  const told = await call("GET", "/api/desk/gaps/weeks");
  const select = h("select", { id: "gaps-topic" },
    h("option", { value: "" }, t("gaps_all_topics")), topicsOf(told).map(drawTopics));
  const figure = h("figure", { class: "chart" });
  const table = h("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": t("gaps_chart_table") });
  let weeks = [];
  let drawn = 0; // pixels

  function show() {
    weeks = figuresOf(told, select.value);
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

/** Return the choices of one agreement: all of it, and each of its topics. */
function drawTopics({ id, title, topics }) {
  const option = (key, name) => h("option", { value: key }, name);
  if (id === "") return h("optgroup", { label: t("gaps_no_agreement") }, option(keyOf(id), t("gaps_no_agreement")));
  return h("optgroup", { label: title },
    option(keyOf(id), t("gaps_whole_agreement", { title })),
    topics.map((topic) => option(keyOf(id, topic), topic || t("gaps_no_topic"))));
}

function drawBars(weeks, width) {
  const { left, lines, bars } = layOut(weeks, width);
  const all = sum(weeks);
  const said = t("gaps_chart_said", {
    since: long.format(weeks[0].begins), answered: count(all.answered), abstained: count(all.abstained),
  });
  return s("svg", { role: "img", "aria-label": said, width, height: HIGH, viewBox: `0 0 ${width} ${HIGH}` },
    hatch(),
    lines.map(({ number, y }) => [
      s("line", { class: "grid", x1: left, x2: width, y1: y, y2: y }),
      s("text", { class: "tick", x: left - 8, y: y + 4, "text-anchor": "end" }, count(number)),
    ]),
    bars.map((bar, at) => drawWeek(bar, weeks[at])));
}

function drawWeek({ reach, answered, abstained, date }, week) {
  return s("g", {},
    s("title", {}, t("gaps_week_said", { week: long.format(week.begins), answered: count(week.answered), abstained: count(week.abstained) })),
    s("rect", { class: "reach", ...reach }),
    s("rect", { class: "answered", ...answered }),
    s("rect", { class: "abstained", fill: "url(#hatch)", ...abstained }),
    date ? s("text", { class: "tick", ...date, "text-anchor": "middle" }, short.format(week.begins)) : []);
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

/** Return small bars, one for each number; `label` says the same in words. */
export function sparkline(numbers, label) {
  const { bars, width, height } = layOutSparks(numbers);
  return s("svg", { class: "sparkline", role: "img", "aria-label": label, width, height, viewBox: `0 0 ${width} ${height}` },
    bars.map(({ isNone, ...place }) => s("rect", { class: isNone ? "bar none" : "bar", ...place })));
}
