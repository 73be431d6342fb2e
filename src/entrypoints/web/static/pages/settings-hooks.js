// Media servers that tell of films seen to their end: the addresses they call.

import { html, useState } from "../vendor/preact.js";
import { userPath } from "../lib/api.js";
import { day, texts } from "../lib/i18n.js";
import { Dialog, Loading, Section, Trouble, toast } from "../lib/ui.js";
import words from "../texts/settings.js";
import { FormProblem, useSubmit } from "./form.js";
import { Choices, Confirm, Copyable, DialogButtons, ShownOnce, useHandedOut } from "./settings-parts.js";

const t = texts(words);
/** @type {[Service, string][]} */
const SERVICES = [["plex", "Plex"], ["jellyfin", "Jellyfin"], ["emby", "Emby"]];
/** @type {(service: Service) => string} */
const nameOf = (service) => SERVICES.find(([id]) => id === service)?.[1] ?? service;

/** @param {{ user: string }} props */
export function Hooks({ user }) {
  const { data, error, reload, made, setMade, making, setMaking, ending, setEnding, make, end } =
    useHandedOut(userPath(user, "hooks"), "hook_id", (ended) => toast(t("hook_ended", { service: nameOf(ended.service) })), [user]);
  return html`
    <${Section} title=${t("hooks")} hint=${t("hooks_hint")}>
      <div class="stack">
        ${made && html`
          <${ShownOnce} key=${made.hook_id} title=${t("hook_made", { service: nameOf(made.service) })} onDone=${() => setMade(null)}>
            <${Copyable} label=${t("hook_address")} value=${location.origin + made.url} />
            <ol class="how-to">
              ${/** @type {const} */ ([1, 2, 3]).map((n) => html`<li key=${n}>${t(`${made.service}_${n}`)}</li>`)}
            </ol>
          <//>`}
        <div class="card rows">
          ${error && html`<${Trouble} error=${error} retry=${reload} />`}
          ${!data && !error && html`<${Loading} lines=${2} />`}
          ${data?.items.length === 0 && html`<p class="hint">${t("no_hooks")}</p>`}
          ${data?.items.map((hook) => html`
            <div key=${hook.hook_id} class="item">
              <div>
                <b>${nameOf(hook.service)}</b>
                <p class="hint">${hook.user_name ? t("hook_of", { name: hook.user_name }) : t("hook_of_all")}
                  ${" · "}${t("made_on", { day: day(hook.created_at.slice(0, 10)) })}</p>
              </div>
              <button type="button" aria-label=${t("disconnect_what", { service: nameOf(hook.service) })}
                onClick=${() => setEnding(hook)}>${t("disconnect")}</button>
            </div>`)}
          <div class="item"><button type="button" onClick=${() => setMaking(true)}>${t("hook_new")}</button></div>
        </div>
      </div>
      ${making && html`<${NewHook} make=${make} onClose=${() => setMaking(false)} />`}
      ${ending && html`
        <${Confirm} title=${t("disconnect_what", { service: nameOf(ending.service) })} text=${t("disconnect_text")}
          action=${t("disconnect")} work=${end} onClose=${() => setEnding(null)} />`}
    <//>`;
}

/** @param {{ make: (body: HandedBody<["hooks"]>) => Promise<void>, onClose: () => void }} props */
function NewHook({ make, onClose }) {
  const [service, setService] = useState(/** @type {Service} */ ("plex"));
  const [name, setName] = useState("");
  const { busy, problem, submit } = useSubmit(() =>
    make({ service, user_name: name.trim() || null }));
  return html`
    <${Dialog} title=${t("hook_new")} onClose=${onClose}>
      <form class="dialog-form" onSubmit=${submit}>
        <${Choices} name="service" legend=${{ text: t("service") }} selected=${service} onSelect=${setService}
          items=${SERVICES.map(([id, title]) => ({ id, title, text: t(`${id}_needs`) }))} />
        <label class="field">${t("hook_user")}
          <input maxlength="100" autocomplete="off" spellcheck="false" aria-describedby="hook-user-hint"
            value=${name} onInput=${(event) => setName(event.currentTarget.value)} /></label>
        <p id="hook-user-hint" class="hint">${t("hook_user_hint")}</p>
        <${FormProblem} problem=${problem} />
        <${DialogButtons} action=${t("hook_make")} busy=${busy} onClose=${onClose} />
      </form>
    <//>`;
}
