// Theme and language: of this browser, not of the diary.

import { html } from "../vendor/preact.js";
import { language, setLanguage, texts } from "../lib/i18n.js";
import { THEMES, setTheme, useTheme } from "../lib/theme.js";
import { Section } from "../lib/ui.js";
import words from "../texts/settings.js";
import { Choices } from "./settings-parts.js";

const t = texts(words);

export function Appearance() {
  const theme = useTheme();
  return html`
    <${Section} title=${t("appearance")} hint=${t("appearance_hint")}>
      <div class="card stack">
        <${Choices} name="theme" legend=${{ text: t("theme") }} selected=${theme} onSelect=${setTheme}
          items=${THEMES.map((id) => ({ id, title: t(`theme_${id}`) }))} />
        <${Choices} name="language" legend=${{ text: t("language") }} selected=${language()}
          onSelect=${setLanguage} items=${[{ id: "en", title: "English" }, { id: "it", title: "Italiano" }]} />
      </div>
    <//>`;
}
