/* Drawings, built as the page's elements are; what they show stands beside them in words. */

const SPACE = "http://www.w3.org/2000/svg";

/** Return an element of a drawing: s("rect", {class: "bar", x: 1}). */
export function s(name, attributes = {}, ...children) {
  const element = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children.flat(Infinity));
  return element;
}

/** Return small bars, one for each number; `label` says the same in words. */
export function sparkline(numbers, label) {
  const [wide, gap, high] = [7, 2, 28];
  const most = Math.max(1, ...numbers);
  const bars = numbers.map((number, at) => {
    const height = number ? Math.max(3, (number / most) * high) : 1;
    const size = { x: at * (wide + gap), y: high - height, width: wide, height };
    return s("rect", { class: number ? "bar" : "bar none", ...size });
  });
  const width = numbers.length * (wide + gap) - gap;
  return s("svg", { class: "sparkline", role: "img", "aria-label": label, width, height: high, viewBox: `0 0 ${width} ${high}` }, bars);
}

/** Return where the lines of a scale lie: round numbers from 0 to at least `most`, few of them. */
export function scale(most) {
  const wanted = Math.max(1, most) / 4;
  const ten = 10 ** Math.floor(Math.log10(wanted));
  const step = Math.max(1, [1, 2, 5, 10].map((times) => times * ten).find((size) => size >= wanted));
  return Array.from({ length: Math.ceil(Math.max(1, most) / step) + 1 }, (_, at) => at * step);
}
