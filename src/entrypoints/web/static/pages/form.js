// How a form is read and sent: once at a time, and with what went wrong said beside it.

import { html, useState } from "../vendor/preact.js";

/**
 * A form's `submit` handler over `work()`, whether it is `busy`, and its `problem` or null.
 * @param {() => Promise<unknown>} work
 */
export function useSubmit(work) {
  const [state, setState] = useState({ busy: false, problem: /** @type {Failure | null} */ (null) });
  /** @param {Event} [event] */
  const submit = async (event) => {
    event?.preventDefault();
    if (state.busy) return;
    setState({ busy: true, problem: null });
    /** @type {Failure | null} */
    let problem = null;
    try {
      await work();
    } catch (error) {
      problem = /** @type {Failure} */ (error);
    }
    setState({ busy: false, problem });
  };
  return { ...state, submit };
}

/**
 * What is in a form's fields, by their names.
 * @type {(form: HTMLFormElement | null) => Record<string, string>}
 */
export const fieldsOf = (form) =>
  Object.fromEntries(Array.from(new FormData(form ?? undefined), ([name, value]) => [name, String(value)]));

/**
 * A form's problem in a sentence that a screen reader says at once; `said` replaces its own.
 * @param {{ problem: Failure | null, said?: string }} props
 */
export const FormProblem = ({ problem, said }) =>
  (problem ? html`<p class="form-problem" role="alert">${said ?? problem.message}</p>` : null);
