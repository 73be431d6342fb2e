// Programs that are told of what happens in the diary.

import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { userPath } from "../lib/api.js";
import { texts } from "../lib/i18n.js";
import { useLive } from "../lib/live.js";
import { Dialog, Loading, Section, Trouble, toast } from "../lib/ui.js";
import words from "../texts/settings.js";
import { FormProblem, fieldsOf, useSubmit } from "./form.js";
import { Confirm, Copyable, DialogButtons, ShownOnce, useHandedOut } from "./settings-parts.js";

const t = texts(words);
/** @type {EventType[]} */
const EVENTS = ["ADD", "UPDATE_RATING", "CORRECT", "DELETE"];

/** @param {{ user: string }} props */
export function Webhooks({ user }) {
  const position = useLive(user); // each change may be a delivery, which may fail
  const { data, error, reload, made, setMade, making, setMaking, ending, setEnding, make, end } =
    useHandedOut(userPath(user, "webhooks"), "webhook_id", () => toast(t("webhook_ended")), [user, position]);
  return html`
    <${Section} title=${t("webhooks")} hint=${t("webhooks_hint")}>
      <div class="stack">
        ${made && html`
          <${ShownOnce} key=${made.webhook_id} title=${t("webhook_made")} onDone=${() => setMade(null)}>
            <${Copyable} label=${t("webhook_secret")} value=${made.secret} />
            <p class="hint">${t("webhook_signed")}</p>
          <//>`}
        <div class="card rows">
          ${error && html`<${Trouble} error=${error} retry=${reload} />`}
          ${!data && !error && html`<${Loading} lines=${2} />`}
          ${data?.items.length === 0 && html`<p class="hint">${t("no_webhooks")}</p>`}
          ${data?.items.map((webhook) => html`
            <${Webhook} key=${webhook.webhook_id} webhook=${webhook} onEnd=${() => setEnding(webhook)} />`)}
          <div class="item"><button type="button" onClick=${() => setMaking(true)}>${t("webhook_new")}</button></div>
        </div>
      </div>
      ${making && html`<${NewWebhook} make=${make} onClose=${() => setMaking(false)} />`}
      ${ending && html`
        <${Confirm} title=${t("webhook_remove")} text=${t("webhook_remove_text", { url: ending.url })}
          action=${t("remove")} work=${end} onClose=${() => setEnding(null)} />`}
    <//>`;
}

/** @param {{ webhook: Answer<"Webhook">, onEnd: () => void }} props */
function Webhook({ webhook, onEnd }) {
  const { url, events, active, last_status: status, last_error: trouble } = webhook;
  const state = !active ? "stopped" : trouble ? "failing" : status === null ? "waiting" : "working";
  return html`
    <div class="item">
      <div>
        <b class="webhook-url">${url}</b>
        ${" "}<span class=${`badge ${state}`}>${t(`state_${state}`)}</span>
        <p class="hint">${events.map((event) => t(event)).join(" · ")}</p>
        ${trouble && html`<p class="webhook-trouble">${trouble}</p>`}
      </div>
      <button type="button" aria-label=${t("remove_what", { url })} onClick=${onEnd}>${t("remove")}</button>
    </div>`;
}

/** @param {{ make: (body: HandedBody<["webhooks"]>) => Promise<void>, onClose: () => void }} props */
function NewWebhook({ make, onClose }) {
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  useEffect(() => form.current?.querySelector("input")?.focus(), []);
  const [events, setEvents] = useState(EVENTS);
  /** @param {EventType} event */
  const toggle = (event) =>
    setEvents(EVENTS.filter((other) => (other === event) !== events.includes(other)));
  const { busy, problem, submit } = useSubmit(() =>
    make({ url: fieldsOf(form.current).url.trim(), events }));
  return html`
    <${Dialog} title=${t("webhook_new")} onClose=${onClose}>
      <form ref=${form} class="dialog-form" onSubmit=${submit}>
        <label class="field">${t("webhook_url")}
          <input type="url" name="url" required maxlength="2000" placeholder="https://example.org/films"
            spellcheck="false" autocomplete="off" /></label>
        <fieldset class="checks">
          <legend>${t("webhook_events")}</legend>
          ${EVENTS.map((event) => html`
            <label key=${event} class="row"><input type="checkbox" checked=${events.includes(event)}
              onChange=${() => toggle(event)} />${t(event)}</label>`)}
        </fieldset>
        <${FormProblem} problem=${problem} />
        <${DialogButtons} action=${t("webhook_make")} busy=${busy} disabled=${!events.length} onClose=${onClose} />
      </form>
    <//>`;
}
