// Who may see the diary.

import { html, useState } from "../vendor/preact.js";
import { send, userPath } from "../lib/api.js";
import { texts } from "../lib/i18n.js";
import { Section, toast } from "../lib/ui.js";
import words from "../texts/settings.js";
import { FormProblem, useSubmit } from "./form.js";
import { Choices, Confirm, Copyable } from "./settings-parts.js";

const t = texts(words);
/** @type {Privacy[]} */
const KINDS = ["private", "link", "public"];

// A choice holds once it is saved: walking over the cards by arrow keys publishes nothing.
/** @param {{ user: string, settings: Answer<"Settings">, mode: Mode, onChange: () => Promise<void> }} props */
export function Privacy({ user, settings, mode, onChange }) {
  const [chosen, setChosen] = useState(settings.privacy);
  const [renewing, setRenewing] = useState(false);
  /** @param {Privacy} privacy */
  const choose = async (privacy) => {
    await send("PATCH", userPath(user, "settings"), { privacy });
    await onChange();
    toast(t(`now_${privacy}`));
  };
  const { busy, problem, submit } = useSubmit(() => choose(chosen));
  const changed = chosen !== settings.privacy;
  return html`
    <${Section} title=${t("privacy")} hint=${t(`privacy_hint_${mode}`)}>
      <form class="card stack" onSubmit=${submit}>
        <${Choices} name="privacy" legend=${{ text: t("privacy_who"), hidden: true }}
          items=${KINDS.map((id) => ({ id, title: t(id), text: t(`${id}_text`) }))}
          selected=${chosen} onSelect=${setChosen} />
        ${settings.link && html`
          <${Copyable} label=${t("link_label")} value=${location.origin + settings.link} />
          ${!changed && html`
            <p class="hint">${t("link_renew_text")}
              ${" "}<button type="button" class="as-link" onClick=${() => setRenewing(true)}>${t("link_renew")}</button></p>`}`}
        ${changed && html`
          ${settings.privacy === "link" && html`<p class="notice" role="status">${t("link_ends")}</p>`}
          <${FormProblem} problem=${problem} />
          <div class="row">
            <button type="submit" class="primary" disabled=${busy}>${t(`save_${chosen}`)}</button>
            <button type="button" class="quiet" onClick=${() => setChosen(settings.privacy)}>${t("cancel")}</button>
          </div>`}
      </form>
      ${renewing && html`
        <${Confirm} title=${t("link_renew")} text=${t("link_renew_confirm")} action=${t("link_renew")}
          work=${() => choose("link")} onClose=${() => setRenewing(false)} />`}
    <//>`;
}
