// How a form is sent: once at a time, and with what went wrong said beside it.

import { html, useState } from "../vendor/preact.js";

/** A form's `submit` handler over `work()`, whether it is `busy`, and its `problem` or null. */
export function useSubmit(work) {
  const [state, setState] = useState({ busy: false, problem: null });
  const submit = async (event) => {
    event?.preventDefault();
    if (state.busy) return;
    setState({ busy: true, problem: null });
    let problem = null;
    try {
      await work();
    } catch (error) {
      problem = error;
    }
    setState({ busy: false, problem });
  };
  return { ...state, submit };
}

/** A form's problem in a sentence that a screen reader says at once; `said` replaces its own. */
export const FormProblem = ({ problem, said }) =>
  (problem ? html`<p class="form-problem" role="alert">${said ?? problem.message}</p>` : null);
