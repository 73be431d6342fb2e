// The identity provider at which the account's user may sign in, beside the password.

import { html, useEffect, useState } from "../vendor/preact.js";
import { send, userPath } from "../lib/api.js";
import { texts } from "../lib/i18n.js";
import { Section, navigate, pagePath, toast } from "../lib/ui.js";
import words from "../texts/settings.js";
import { FormProblem, useSubmit } from "./form.js";
import { Confirm } from "./settings-parts.js";

const t = texts(words);

/** @param {{ user: string, identity: Answer<"Identity">, query: URLSearchParams, onChange: () => Promise<void> }} props */
export function Identity({ user, identity, query, onChange }) {
  const { linked, password, provider } = identity;
  const [brought] = useState(query);
  const [ending, setEnding] = useState(false);
  const leaving = useSubmit(async () => {
    const { url } = await send("POST", userPath(user, "identity"));
    location.assign(url);
  });
  const linking = useSubmit(async () => {
    await send("PUT", userPath(user, "identity"), answerIn(brought));
    await onChange();
    toast(t("identity_now", { provider }));
  });
  useEffect(() => { // the browser comes back from the provider with an answer in its address
    if (!brought.has("state")) return;
    navigate(pagePath(user, "settings"), { replace: true }); // a code is no address to keep
    linking.submit();
  }, []);
  const busy = leaving.busy || linking.busy;
  const denied = brought.get("error") === "access_denied";
  return html`
    <${Section} title=${t("identity", { provider })} hint=${t("identity_hint", { provider })}>
      <div class="card rows">
        <div class="item">
          <div><b>${t(linked ? "identity_linked" : "identity_unlinked", { provider })}</b>
            <p class="hint">${t(linked && !password ? "identity_only" : "identity_text", { provider })}</p>
            <${FormProblem} problem=${leaving.problem ?? linking.problem}
              said=${linking.problem && denied ? t("identity_denied", { provider }) : undefined} /></div>
          ${!linked && html`
            <button type="button" disabled=${busy} onClick=${leaving.submit}>${t("identity_link")}</button>`}
          ${linked && password && html`
            <button type="button" onClick=${() => setEnding(true)}>${t("identity_end")}</button>`}
        </div>
      </div>
      ${ending && html`
        <${Confirm} title=${t("identity_end_title", { provider })} text=${t("identity_end_text", { provider })}
          action=${t("identity_end")} onClose=${() => setEnding(false)} work=${async () => {
            await send("DELETE", userPath(user, "identity"));
            await onChange();
          }} />`}
    <//>`;
}

/** @param {URLSearchParams} query */
const answerIn = (query) => ({
  state: query.get("state") ?? "", code: query.get("code"), iss: query.get("iss"), error: query.get("error"),
});
