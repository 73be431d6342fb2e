// The line icons of the navigation, on a grid of 20.

import { html } from "../vendor/preact.js";

/** @type {Record<PageName | "more", string>} */
const PATHS = {
  overview: "M3 17v-5h3.5v5zM8.25 17V3h3.5v14zM13.5 17V8H17v9z",
  diary: "M5 3h10.5v14H5a1.5 1.5 0 0 1 0-3h10.5M3.5 15.5v-11A1.5 1.5 0 0 1 5 3M7.5 6.5h5M7.5 9.5h3",
  trends: "M2.5 14.5 7.5 9l3.5 3.5 6.5-7M12.5 5.5h5v5",
  year: "M3 5.5h14V17H3zM3 9h14M6.5 3v4M13.5 3v4M10 10.8l.8 1.6 1.7.2-1.3 1.2.4 1.7-1.6-.8-1.6.8.4-1.7-1.3-1.2 1.7-.2z",
  compare: "M12.5 10a5 5 0 1 1-10 0 5 5 0 0 1 10 0zM17.5 10a5 5 0 1 1-10 0 5 5 0 0 1 10 0z",
  import: "M10 3v9.5M6 9l4 4 4-4M3 13.5V17h14v-3.5",
  then: "M3.2 8.2A7 7 0 1 1 3 11M3 4v4.3h4.3M10 6v4.3l3 1.7",
  settings: "M3 6h7M15 6h2M3 14h2M10 14h7M12.5 3.5v5M7.5 11.5v5",
  more: "M3.6 10h.8M4 9.6v.8M9.6 10h.8M10 9.6v.8M15.6 10h.8M16 9.6v.8",
};

/**
 * An icon by its name; it is decoration.
 * @param {{ name: PageName | "more" }} props
 */
export const Icon = ({ name }) => html`
  <svg viewBox="0 0 20 20" width="20" height="20" fill="none" stroke="currentColor" stroke-width="1.6"
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
    <path d=${PATHS[name]} />
  </svg>`;
