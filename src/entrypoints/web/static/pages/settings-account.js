// The way in and out: password, sign out, delete everything.

import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { send, userPath } from "../lib/api.js";
import { texts } from "../lib/i18n.js";
import { Dialog, Section, toast } from "../lib/ui.js";
import words from "../texts/settings.js";
import { FormProblem, fieldsOf, useSubmit } from "./form.js";
import { DialogButtons } from "./settings-parts.js";

const t = texts(words);
const MIN_PASSWORD = 10;

/** @param {{ user: string, session: Answer<"Session">, hasPassword: boolean }} props */
export function Account({ user, session, hasPassword }) {
  const { mode } = session;
  const [deleting, setDeleting] = useState(false);
  const leaving = useSubmit(async () => {
    await send("DELETE", "/session");
    location.assign("/");
  });
  return html`
    ${hasPassword && html`
      <${Section} title=${t("password")} hint=${t("password_hint")}><${Password} user=${user} /><//>`}
    <${Section} title=${t(`account_${mode}`)} hint=${t(`account_hint_${mode}`)}>
      <div class="card rows">
        <div class="item">
          <div><b>${t("sign_out")}</b><p class="hint">${t(`sign_out_text_${mode}`)}</p>
            <${FormProblem} problem=${leaving.problem} /></div>
          <button type="button" disabled=${leaving.busy} onClick=${leaving.submit}>${t("sign_out")}</button>
        </div>
        <div class="item">
          <div><b>${t(`delete_${mode}`)}</b><p class="hint">${t("delete_short")}</p></div>
          <button type="button" class="danger" onClick=${() => setDeleting(true)}>${t("delete_do")}</button>
        </div>
      </div>
      ${deleting && html`<${Deletion} user=${user} mode=${mode} hasPassword=${hasPassword} onClose=${() => setDeleting(false)} />`}
    <//>`;
}

/** @param {{ user: string }} props */
function Password({ user }) {
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const { busy, problem, submit } = useSubmit(async () => {
    const fields = fieldsOf(form.current);
    await send("PUT", userPath(user, "password"), { old: fields.old, new: fields.new });
    form.current?.reset();
    toast(t("password_changed"));
  });
  return html`
    <form ref=${form} class="card stack password-form" onSubmit=${submit}>
      <input type="text" autocomplete="username" value=${user} readonly hidden />
      <label class="field">${t("password_old")}
        <input type="password" name="old" autocomplete="current-password" required maxlength="1000" /></label>
      <label class="field">${t("password_new")}
        <input type="password" name="new" autocomplete="new-password" required maxlength="1000"
          minlength=${MIN_PASSWORD} aria-describedby="new-password-hint" /></label>
      <p id="new-password-hint" class="hint">${t("password_rule", { n: MIN_PASSWORD })}</p>
      <${FormProblem} problem=${problem} said=${problem?.status === 403 ? t("password_wrong") : undefined} />
      <div><button type="submit" disabled=${busy}>${t("password_change")}</button></div>
    </form>`;
}

/** @param {{ user: string, mode: Mode, hasPassword: boolean, onClose: () => void }} props */
function Deletion({ user, mode, hasPassword, onClose }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => field.current?.focus(), []);
  const { busy, problem, submit } = useSubmit(async () => {
    await send("DELETE", userPath(user), { confirm: name.trim(), ...(hasPassword && { password }) });
    location.assign("/");
  });
  /** @type {(set: (text: string) => void) => (event: On<HTMLInputElement>) => void} */
  const typed = (set) => (event) => set(event.currentTarget.value);
  return html`
    <${Dialog} title=${t(`delete_title_${mode}`, { user })} onClose=${onClose}>
      <form class="dialog-form" onSubmit=${submit}>
        <ul class="consequences">
          ${/** @type {const} */ (["delete_diary", `delete_access_${mode}`, "delete_trends", "delete_backups"]).map((key) => html`
            <li key=${key}>${t(key)}</li>`)}
        </ul>
        <p>${t("delete_export")}</p>
        <label class="field"><span>${t("delete_confirm")} <b>${user}</b></span>
          <input value=${name} onInput=${typed(setName)} required autocomplete="off" autocapitalize="none"
            spellcheck="false" ref=${field} /></label>
        ${hasPassword && html`
          <label class="field">${t("password_old")}
            <input type="password" value=${password} onInput=${typed(setPassword)} required
              autocomplete="current-password" /></label>`}
        <${FormProblem} problem=${problem} said=${problem?.status === 403 ? t("password_wrong") : undefined} />
        <${DialogButtons} action=${t("delete_for_good")} busy=${busy} danger=${true}
          disabled=${name.trim() !== user} onClose=${onClose} />
      </form>
    <//>`;
}
