// A chart by ECharts in the page's own colours, with the same figures as a table.

import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { texts } from "./i18n.js";

const t = texts({
  en: { table: "Show as table" },
  it: { table: "Mostra come tabella" },
});

/** @type {Promise<typeof import("../vendor/echarts.js")> | null} */
let library = null; // fetched with the first chart
const NAMES = ["paper", "raised", "sunken", "hover", "ink", "quiet", "line", "accent", "fill", "fill-soft", "shade", "second"];

// The tokens of the style sheet as colours that a canvas knows, for the theme in use.
/**
 * @param {HTMLElement} element
 * @returns {Colours}
 */
function colours(element) {
  const probe = element.ownerDocument.createElement("i");
  element.append(probe);
  const found = NAMES.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name.replace("-soft", "Soft"), getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(found);
}

/**
 * @param {Colours} c
 * @param {string} font
 */
function themed(c, font) {
  const axis = {
    axisLine: { lineStyle: { color: c.line } },
    axisTick: { show: false },
    axisLabel: { color: c.quiet, fontSize: 11 },
    splitLine: { lineStyle: { color: c.line } },
    nameTextStyle: { color: c.quiet },
  };
  return {
    color: [c.fill, c.second, c.accent, c.quiet],
    textStyle: { fontFamily: font, color: c.ink },
    categoryAxis: { ...axis, splitLine: { show: false } },
    valueAxis: { ...axis, axisLine: { show: false } },
    legend: { textStyle: { color: c.quiet }, inactiveColor: c.line },
    tooltip: {
      backgroundColor: c.ink,
      borderWidth: 0,
      padding: [6, 10],
      textStyle: { color: c.paper, fontSize: 12, fontFamily: font },
    },
  };
}

// Paper is light, whatever the screen is: charts are drawn again for it, at once.
let printing = false;
/** @param {boolean} is */
const onPaper = (is) => () => {
  printing = is;
  document.documentElement.classList.toggle("paper", is);
  dispatchEvent(new Event("themechange"));
};
addEventListener("beforeprint", onPaper(true));
addEventListener("afterprint", onPaper(false));

// Charts are drawn one by one, so that between two of them the page can answer.
let turns = Promise.resolve();
const turn = () => {
  turns = turns.then(() => new Promise((go) => {
    if ("requestIdleCallback" in window) requestIdleCallback(() => go(), { timeout: 500 });
    else setTimeout(go);
  }));
  return turns;
};

// A chart out of sight is drawn once somebody does something, or after a while, so that it is there
// before they come to it, or print; until then the page that is in sight has the browser for itself.
const LATER_MS = 8_000;
const DOING = ["pointermove", "pointerdown", "keydown", "wheel", "scroll", "beforeprint"];
/** @type {{ promise: Promise<void>, resolve: () => void }} */
const { promise: later, resolve: drawOthers } = Promise.withResolvers();
for (const doing of DOING) addEventListener(doing, drawOthers, { once: true, passive: true });
setTimeout(drawOthers, LATER_MS);

/** @type {Set<Promise<void>>} */
const underway = new Set(); // being drawn, or waiting for it

/** Print the page, once all of its charts are drawn. */
export async function printDrawn() {
  drawOthers();
  await Promise.all(underway);
  print();
}
addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key !== "p" || !underway.size) return;
  event.preventDefault();
  printDrawn();
});

/** @type {(element: Element) => Promise<void>} */
const inSight = (element) => new Promise((seen) => {
  const watch = new IntersectionObserver(([{ isIntersecting }]) => {
    if (!isIntersecting) return;
    watch.disconnect();
    seen();
  }, { threshold: 0.25 });
  watch.observe(element);
});

const still = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");

/**
 * A chart. `option` is ECharts' option, or a function of the colours that makes it; `height`
 * is in pixels; `label` says what the chart shows; `table` is {head: […], rows: [[…]]}.
 * Tooltips are drawn on the canvas, as the page allows no inline styles.
 * @param {{ option: ChartOption | ((c: Colours) => ChartOption), height: number, label: string, table?: { head: string[], rows: string[][] } }} props
 */
export function Chart({ option, height, label, table }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const chart = useRef(/** @type {import("echarts/core").ECharts | null} */ (null));
  const latest = useRef(option);
  const [opened, setOpened] = useState(false);
  latest.current = option;

  // The theme goes with the chart's making, so another theme makes it anew.
  /** @param {boolean} anew */
  const draw = (anew) => {
    const drawing = drawn(anew).finally(() => underway.delete(drawing));
    underway.add(drawing);
  };
  /** @param {boolean} anew */
  const drawn = async (anew) => {
    if (!printing && chart.current === null && place.current) {
      await Promise.race([inSight(place.current), later]);
    }
    library ??= import("../vendor/echarts.js");
    const { init } = await library;
    if (!printing && chart.current === null) await turn();
    const element = place.current;
    if (element === null) return; // gone in the meantime
    const found = colours(element);
    if (anew && chart.current) {
      chart.current.dispose();
      chart.current = null;
    }
    if (chart.current === null) {
      chart.current = init(element, themed(found, getComputedStyle(element).fontFamily), { renderer: "canvas" });
    }
    const made = typeof latest.current === "function" ? latest.current(found) : latest.current;
    chart.current.setOption({
      animation: !still.matches && !printing,
      animationDuration: 500,
      ...made,
      tooltip: { renderMode: "richText", confine: true, ...made.tooltip },
    }, { notMerge: true });
  };

  useEffect(() => {
    draw(false);
  }, [option]);
  useEffect(() => {
    const redraw = () => draw(true);
    const sizes = new ResizeObserver(() => chart.current?.resize());
    if (place.current) sizes.observe(place.current);
    dark.addEventListener("change", redraw);
    addEventListener("themechange", redraw);
    return () => {
      sizes.disconnect();
      dark.removeEventListener("change", redraw);
      removeEventListener("themechange", redraw);
      chart.current?.dispose();
      chart.current = null;
    };
  }, []);

  return html`
    <figure class="chart">
      <div ref=${place} class="chart-canvas" role="img" aria-label=${label} style=${{ height: `${height}px` }}></div>
      ${table && html`
        <details onToggle=${(/** @type {On<HTMLDetailsElement>} */ event) => setOpened(event.currentTarget.open)}>
          <summary>${t("table")}</summary>
          ${opened && html`<div class="scroll" tabindex="0" role="region" aria-label=${label}>
            <table>
              <caption class="hidden">${label}</caption>
              <thead><tr>${table.head.map((cell, i) => html`<th key=${i} scope="col">${cell}</th>`)}</tr></thead>
              <tbody>
                ${table.rows.map((row, i) => html`
                  <tr key=${i}>${row.map((cell, j) => (j
                    ? html`<td key=${j}>${cell}</td>`
                    : html`<th key=${j} scope="row">${cell}</th>`))}</tr>`)}
              </tbody>
            </table>
          </div>`}
        </details>`}
    </figure>`;
}
