// A new password by the link that an admin made; its secret stands behind the "#".

import { html, useRef, useState } from "../vendor/preact.js";
import { send } from "../lib/api.js";
import { texts } from "../lib/i18n.js";
import { Link, Page } from "../lib/ui.js";
import words from "../texts/reset.js";
import { FormProblem, fieldsOf, useSubmit } from "./form.js";

const t = texts(words);
const MIN_PASSWORD = 10;

export default function Reset() {
  const [secret] = useState(location.hash.slice(1));
  const [user, setUser] = useState("");
  if (user) {
    return html`
      <${Page} title=${t("done")}>
        <p>${t("done_text", { user })}</p>
        <p><${Link} href="/">${t("sign_in")}<//></p>
      <//>`;
  }
  return html`
    <${Page} title=${t("title")}>
      ${secret ? html`<${NewPassword} secret=${secret} onDone=${setUser} />` : html`<p>${t("no_secret")}</p>`}
    <//>`;
}

/** @param {{ secret: string, onDone: (user: string) => void }} props */
function NewPassword({ secret, onDone }) {
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const { busy, problem, submit } = useSubmit(async () => {
    const { password } = fieldsOf(form.current);
    const { user_id } = await send("POST", "/password-resets", { secret, password });
    history.replaceState(null, "", location.pathname); // it is used up, and no address keeps it
    onDone(user_id);
  });
  return html`
    <form ref=${form} class="card stack password-form" onSubmit=${submit}>
      <label class="field">${t("new")}
        <input type="password" name="password" autocomplete="new-password" required maxlength="1000"
          minlength=${MIN_PASSWORD} aria-describedby="new-password-hint" /></label>
      <p id="new-password-hint" class="hint">${t("rule", { n: MIN_PASSWORD })}</p>
      <${FormProblem} problem=${problem} said=${problem?.status === 403 ? t("refused") : undefined} />
      <div><button type="submit" class="primary" disabled=${busy}>${t("set")}</button></div>
    </form>`;
}
