// The theme of this browser: as the system has it, light, or dark.

import { useEffect, useState } from "../vendor/preact.js";

/** @type {Theme[]} */
export const THEMES = ["auto", "light", "dark"];

const KEPT = "cinestats.theme"; // theme.js reads it before the first paint

const theme = () => document.documentElement.dataset.theme ?? "auto";

/** @param {Theme} chosen */
export function setTheme(chosen) {
  if (chosen === "auto") {
    localStorage.removeItem(KEPT);
    delete document.documentElement.dataset.theme;
  } else {
    localStorage.setItem(KEPT, chosen);
    document.documentElement.dataset.theme = chosen;
  }
  dispatchEvent(new Event("themechange")); // charts are drawn anew
}

// The theme in use; whoever asks is drawn anew when it changes.
export function useTheme() {
  const [chosen, setChosen] = useState(theme());
  useEffect(() => {
    const change = () => setChosen(theme());
    addEventListener("themechange", change);
    return () => removeEventListener("themechange", change);
  }, []);
  return chosen;
}
