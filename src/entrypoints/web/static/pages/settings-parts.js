// What several parts of the settings are made of.

import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { read, send } from "../lib/api.js";
import { texts } from "../lib/i18n.js";
import { useData } from "../lib/live.js";
import { Dialog, toast } from "../lib/ui.js";
import words from "../texts/settings.js";
import { FormProblem, useSubmit } from "./form.js";

const t = texts(words);

/**
 * What a user has handed out at `path`, each with its `id`: the list (as useData has it), the
 * one just `made`, whether one is in the `making`, and the one that is `ending`. `make(body)`
 * and `end()` do it on the server; `onEnd` is told which one has ended.
 * @template {HandedOut} Parts
 * @param {UserPath<Parts>} path
 * @param {string} id
 * @param {(ended: HandedItem<Parts>) => void} onEnd
 * @param {unknown[]} deps
 */
export function useHandedOut(path, id, onEnd, deps) {
  const { data, error, reload } = useData(() => read(path), deps);
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState(/** @type {Handed<Parts> | null} */ (null));
  const [ending, setEnding] = useState(/** @type {HandedItem<Parts> | null} */ (null));
  /** @type {(item: object) => string} */
  const idOf = (item) => /** @type {Record<string, string>} */ (item)[id];
  const make = async (/** @type {HandedBody<Parts>} */ body) => {
    setMade(await send("POST", path, body));
    setMaking(false);
    reload();
  };
  const end = async () => {
    if (!ending) return;
    const item = `${path}/${encodeURIComponent(idOf(ending))}`;
    await send("DELETE", /** @type {UserPath<[...HandedOut, string]>} */ (item));
    if (made && idOf(made) === idOf(ending)) setMade(null);
    onEnd(ending);
    reload();
  };
  return { data, error, reload, making, setMaking, made, setMade, ending, setEnding, make, end };
}

/**
 * A text that is there to be copied, such as a link or a secret.
 * @param {{ label: string, value: string }} props
 */
export function Copyable({ label, value }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const copy = async () => {
    if (navigator.clipboard) { // there is none where the page came without https
      await navigator.clipboard.writeText(value);
      toast(t("copied"));
    } else {
      field.current?.select();
      toast(t("copy_by_hand"));
    }
  };
  return html`
    <div class="copyable">
      <label class="field">${label}
        <input ref=${field} readonly value=${value} spellcheck="false" autocomplete="off"
          onFocus=${(event) => event.currentTarget.select()} /></label>
      <button type="button" onClick=${copy}>${t("copy")}</button>
    </div>`;
}

/**
 * What was just made and is shown this once; it takes the focus.
 * @param {{ title: string, onDone: () => void, children?: Child }} props
 */
export function ShownOnce({ title, onDone, children }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => place.current?.focus(), []);
  return html`
    <div ref=${place} class="card shown-once" role="group" aria-label=${title} tabindex="-1">
      <h3>${title}</h3>
      <p class="hint">${t("shown_once")}</p>
      ${children}
      <button type="button" class="primary" onClick=${onDone}>${t("done")}</button>
    </div>`;
}

/**
 * Asks before something that cannot be undone; `work()` does it, and the dialog closes.
 * @param {{ title: string, text: string, action: string, work: () => Promise<void>, onClose: () => void }} props
 */
export function Confirm({ title, text, action, work, onClose }) {
  const { busy, problem, submit } = useSubmit(async () => {
    await work();
    onClose();
  });
  return html`
    <${Dialog} title=${title} onClose=${onClose}>
      <form class="dialog-form" onSubmit=${submit}>
        <p>${text}</p>
        <${FormProblem} problem=${problem} />
        <${DialogButtons} action=${action} busy=${busy} danger=${true} onClose=${onClose} />
      </form>
    <//>`;
}

/**
 * The buttons at the end of a dialog's form.
 * @param {{ action: string, busy: boolean, danger?: boolean, disabled?: boolean, onClose: () => void }} props
 */
export const DialogButtons = ({ action, busy, danger, disabled, onClose }) => html`
  <div class="dialog-buttons">
    <button type="button" class="quiet" onClick=${onClose}>${t("cancel")}</button>
    <button type="submit" class=${danger ? "danger" : "primary"} disabled=${busy || disabled}>${action}</button>
  </div>`;

/**
 * Radio buttons as cards: items are {id, title, text}.
 * @param {{ name: string, legend: { text: string, hidden?: boolean }, items: { id: string, title: string, text?: string }[], selected: string, onSelect: (id: string) => void }} props
 */
export function Choices({ name, legend, items, selected, onSelect }) {
  return html`
    <fieldset class="choices">
      <legend class=${legend.hidden ? "hidden" : null}>${legend.text}</legend>
      ${items.map(({ id, title, text }) => html`
        <label key=${id} class="choice">
          <input type="radio" name=${name} value=${id} checked=${id === selected}
            onChange=${() => onSelect(id)} />
          <span><b>${title}</b>${text && html`<small>${text}</small>`}</span>
        </label>`)}
    </fieldset>`;
}
