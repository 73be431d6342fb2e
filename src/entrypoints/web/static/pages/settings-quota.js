// How much of the server the user has, and may have.

import { html } from "../vendor/preact.js";
import { read, userPath } from "../lib/api.js";
import { number, texts } from "../lib/i18n.js";
import { useData, useLive } from "../lib/live.js";
import { Section, Trouble } from "../lib/ui.js";
import words from "../texts/settings.js";

const t = texts(words);
const KINDS = /** @type {const} */ (["entries", "storage_bytes", "tokens", "webhooks"]);

/** @param {{ user: string }} props */
export function Quota({ user }) {
  const position = useLive(user); // each change takes up more of it
  const { data, error, reload } = useData(() => read(userPath(user, "quota")), [user, position]);
  return html`
    <${Section} title=${t("quota")} hint=${t("quota_hint")}>
      <ul class="card rows">
        ${error && html`<${Trouble} error=${error} retry=${reload} />`}
        ${data && KINDS.map((kind) => html`
          <li key=${kind} class="item">
            <b>${t(`quota_${kind}`)}</b>
            <span>${said(data[kind])}</span>
          </li>`)}
      </ul>
    <//>`;
}

/** @param {{ used: number, limit: number | null }} usage */
const said = ({ used, limit }) => limit === null
  ? t("quota_open", { used: number(used) })
  : t("quota_used", { used: number(used), limit: number(limit) });
