// API tokens: what programs show to read or write the diary.

import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { userPath } from "../lib/api.js";
import { day, texts } from "../lib/i18n.js";
import { Dialog, Loading, Section, Trouble, toast } from "../lib/ui.js";
import words from "../texts/settings.js";
import { FormProblem, fieldsOf, useSubmit } from "./form.js";
import { Choices, Confirm, Copyable, DialogButtons, ShownOnce, useHandedOut } from "./settings-parts.js";

const t = texts(words);
const LIFETIMES_DAYS = [30, 90, 365, null];
/** @type {Record<"read" | "write", ("read" | "write")[]>} */
const MAY = { read: ["read"], write: ["read", "write"] };

/** @param {{ user: string }} props */
export function Tokens({ user }) {
  const { data, error, reload, made, setMade, making, setMaking, ending, setEnding, make, end } =
    useHandedOut(userPath(user, "tokens"), "token_id", (ended) => toast(t("token_ended", { name: ended.name })), [user]);
  return html`
    <${Section} title=${t("tokens")} hint=${t("tokens_hint")}>
      <div class="stack">
        ${made && html`
          <${ShownOnce} key=${made.token_id} title=${t("token_made", { name: made.name })} onDone=${() => setMade(null)}>
            <${Copyable} label=${t("token")} value=${made.token} />
          <//>`}
        <div class="card rows">
          ${error && html`<${Trouble} error=${error} retry=${reload} />`}
          ${!data && !error && html`<${Loading} lines=${2} />`}
          ${data?.items.length === 0 && html`<p class="hint">${t("no_tokens")}</p>`}
          ${data?.items.map((token) => html`
            <div key=${token.token_id} class="item">
              <div>
                <b>${token.name}</b>
                ${isOver(token) && html` <span class="badge bad">${t("expired")}</span>`}
                <p class="hint">${facts(token).join(" · ")}</p>
              </div>
              <button type="button" aria-label=${t("revoke_what", { name: token.name })}
                onClick=${() => setEnding(token)}>${t("revoke")}</button>
            </div>`)}
          <div class="item"><button type="button" onClick=${() => setMaking(true)}>${t("token_new")}</button>
            <a href="/docs">${t("token_docs")}</a></div>
        </div>
      </div>
      ${making && html`<${NewToken} make=${make} onClose=${() => setMaking(false)} />`}
      ${ending && html`
        <${Confirm} title=${t("revoke_what", { name: ending.name })} text=${t("revoke_text")}
          action=${t("revoke")} work=${end} onClose=${() => setEnding(null)} />`}
    <//>`;
}

/** @type {(token: Answer<"Token">) => boolean} */
const isOver = ({ expires_at: at }) => at !== null && new Date(at) <= new Date();

/** @type {(token: Answer<"Token">) => string[]} */
const facts = ({ scopes, created_at: made, expires_at: ends, last_used_at: used }) => [
  t(scopes.includes("write") ? "may_write" : "may_read"),
  t("made_on", { day: onDay(made) }),
  ends ? t("ends_on", { day: onDay(ends) }) : t("never_ends"),
  used ? t("used_on", { day: onDay(used) }) : t("never_used"),
];

/** @type {(moment: string) => string} */
const onDay = (moment) => day(moment.slice(0, 10));

/** @param {{ make: (body: HandedBody<["tokens"]>) => Promise<void>, onClose: () => void }} props */
function NewToken({ make, onClose }) {
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  useEffect(() => form.current?.querySelector("input")?.focus(), []);
  const [may, setMay] = useState(/** @type {keyof typeof MAY} */ ("read"));
  const { busy, problem, submit } = useSubmit(() => {
    const { name, lifetime } = fieldsOf(form.current);
    return make({
      name: name.trim(), scopes: MAY[may], expires_in_days: lifetime ? Number(lifetime) : null,
    });
  });
  return html`
    <${Dialog} title=${t("token_new")} onClose=${onClose}>
      <form ref=${form} class="dialog-form" onSubmit=${submit}>
        <label class="field">${t("token_name")}
          <input name="name" required maxlength="100" pattern=".*\\S.*" autocomplete="off" placeholder=${t("token_example")} /></label>
        <${Choices} name="may" legend=${{ text: t("token_may") }} selected=${may} onSelect=${setMay}
          items=${[{ id: "read", title: t("may_read"), text: t("may_read_text") },
            { id: "write", title: t("may_write"), text: t("may_write_text") }]} />
        <label class="field">${t("lifetime")}
          <select name="lifetime">
            ${LIFETIMES_DAYS.map((days) => html`
              <option key=${days} value=${days ?? ""} selected=${days === 90}>${
                days === null ? t("never_ends") : t("days", { n: days })}</option>`)}
          </select></label>
        <${FormProblem} problem=${problem} />
        <${DialogButtons} action=${t("token_make")} busy=${busy} onClose=${onClose} />
      </form>
    <//>`;
}
