// Theme and language: of this browser, not of the diary.

import { html, useEffect, useState } from "../vendor/preact.js";
import { language, setLanguage, texts } from "../lib/i18n.js";
import { Section, navigate } from "../lib/ui.js";
import words from "../texts/settings.js";
import { Choices } from "./settings-parts.js";

const t = texts(words);
const THEME = "cinestats.theme"; // theme.js reads it before the first paint
const THEMES = ["auto", "light", "dark"];

const theme = () => document.documentElement.dataset.theme ?? "auto";

function setTheme(chosen) {
  if (chosen === "auto") {
    localStorage.removeItem(THEME);
    delete document.documentElement.dataset.theme;
  } else {
    localStorage.setItem(THEME, chosen);
    document.documentElement.dataset.theme = chosen;
  }
  dispatchEvent(new Event("themechange"));
  navigate(location.pathname, { replace: true }); // the shell shows the choice too
}

export function Appearance() {
  const [, setDrawn] = useState(0);
  useEffect(() => {
    const draw = () => setDrawn((n) => n + 1);
    addEventListener("themechange", draw);
    return () => removeEventListener("themechange", draw);
  }, []);
  return html`
    <${Section} title=${t("appearance")} hint=${t("appearance_hint")}>
      <div class="card stack">
        <${Choices} name="theme" legend=${{ text: t("theme") }} selected=${theme()} onSelect=${setTheme}
          items=${THEMES.map((id) => ({ id, title: t(`theme_${id}`) }))} />
        <${Choices} name="language" legend=${{ text: t("language") }} selected=${language()}
          onSelect=${setLanguage} items=${[{ id: "en", title: "English" }, { id: "it", title: "Italiano" }]} />
      </div>
    <//>`;
}
