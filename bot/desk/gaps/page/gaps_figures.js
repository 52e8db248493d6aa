/* What the pictures of the gaps show, reckoned in weeks and pixels; nothing is drawn here. */

const DAY = 86_400_000;
const [LEFT, BELOW, ABOVE] = [40, 26, 10]; // pixels beside the bars: for numbers, dates and the top line
const LABEL = 76; // pixels that the date of a week needs
const SPARK = { wide: 7, gap: 2, high: 28 };
export const HIGH = 230;

/** Return the first days of all weeks from one to another, as ISO dates. */
function weeksOf(since, until) {
  const weeks = [];
  for (let at = Date.parse(since); at <= Date.parse(until); at += 7 * DAY) weeks.push(new Date(at).toISOString().slice(0, 10));
  return weeks;
}

/** Return what a select names an agreement by, or one of its topics. */
export function keyOf(...names) {
  return JSON.stringify(names);
}

/**
 * Return the agreements that were asked about, in order: {id, title, topics}, the topics sorted.
 * The id is empty where no agreement was meant, a topic where its clause has no heading.
 */
export function topicsOf({ weeks, agreements }) {
  const titles = new Map(agreements.map(({ id, title }) => [id, title]));
  const topics = new Map([...titles.keys()].map((id) => [id, new Set()]));
  for (const { agreement, topic } of weeks) {
    if (!topics.has(agreement)) topics.set(agreement, new Set());
    topics.get(agreement).add(topic);
  }
  const asked = [...topics].filter(([, within]) => within.size > 0);
  return asked.map(([id, within]) => ({ id, title: titles.get(id) ?? id, topics: [...within].sort() }));
}

/** Return the figures of every week of what a key names; of everything where it is empty. */
export function figuresOf({ since, until, weeks }, key) {
  const wanted = weeks.filter(({ agreement, topic }) =>
    key === "" || [keyOf(agreement), keyOf(agreement, topic)].includes(key));
  return weeksOf(since, until).map((begins) => ({
    begins: new Date(begins),
    ...sum(wanted.filter((week) => week.begins === begins)),
  }));
}

/** Return how many were answered in some weeks, and how many not. */
export function sum(weeks) {
  const total = (name) => weeks.reduce((so, week) => so + week[name], 0);
  return { answered: total("answered"), abstained: total("abstained") };
}

/** Return where the lines of a scale lie: round numbers from 0 to at least `most`, few of them. */
function scale(most) {
  const wanted = Math.max(1, most) / 4;
  const ten = 10 ** Math.floor(Math.log10(wanted));
  const step = Math.max(1, [1, 2, 5, 10].map((times) => times * ten).find((size) => size >= wanted));
  return Array.from({ length: Math.ceil(Math.max(1, most) / step) + 1 }, (_, at) => at * step);
}

/**
 * Return where the chart of some weeks has its lines, and the bars of each week: what a mouse
 * reaches it by, one bar upon the other, and its date; null where there is no room for that.
 */
export function layOut(weeks, width) {
  const ticks = scale(Math.max(...weeks.map((week) => week.answered + week.abstained)));
  const y = (number) => HIGH - BELOW - (number / ticks.at(-1)) * (HIGH - BELOW - ABOVE);
  const step = (width - LEFT) / weeks.length;
  const every = Math.ceil(LABEL / step);
  const bars = weeks.map(({ answered, abstained }, at) => {
    const [x, wide] = [LEFT + at * step + step * 0.15, step * 0.7];
    const bar = (from, number) => ({ x, width: wide, y: y(from + number), height: y(from) - y(from + number) });
    const isDated = (weeks.length - 1 - at) % every === 0 && x + wide / 2 - LABEL / 2 >= LEFT - 12;
    return {
      reach: { x: LEFT + at * step, y: ABOVE, width: step, height: HIGH - BELOW - ABOVE },
      answered: bar(0, answered),
      abstained: bar(answered, abstained),
      date: isDated ? { x: Math.min(x + wide / 2, width - 24), y: HIGH - 6 } : null,
    };
  });
  return { left: LEFT, lines: ticks.map((number) => ({ number, y: y(number) })), bars };
}

/** Return where small bars lie, one for each number; one of none is a dash. */
export function layOutSparks(numbers) {
  const { wide, gap, high } = SPARK;
  const most = Math.max(...numbers);
  const bars = numbers.map((number, at) => {
    const height = number ? Math.max(3, (number / most) * high) : 1;
    return { isNone: !number, x: at * (wide + gap), y: high - height, width: wide, height };
  });
  return { bars, width: numbers.length * (wide + gap) - gap, height: high };
}
