// How to get in: by the printed link at home, on a server by name and password or at an identity provider.

import { html, useRef, useState } from "../vendor/preact.js";
import { address, send } from "../lib/api.js";
import { texts } from "../lib/i18n.js";
import { Tabs, pagePath } from "../lib/ui.js";
import words from "../texts/home.js";
import { FormProblem, fieldsOf, useSubmit } from "./form.js";

const t = texts(words);
const MIN_PASSWORD = 10;

/**
 * At home: where the link is, and a field for the token or the whole link.
 * @param {{ back: string | null, wrong: boolean }} props
 */
export function TokenEntry({ back, wrong }) {
  const [text, setText] = useState("");
  /** @param {Submit} event */
  const open = (event) => {
    event.preventDefault();
    const query = new URLSearchParams({ token: tokenIn(text.trim()) });
    if (back) query.set("back", back);
    location.assign(`/?${query}`); // the server keeps it as a cookie, and drops it from the address
  };
  return html`
    <section class="card welcome-card" aria-labelledby="token-title">
      <h2 id="token-title">${t("locked")}</h2>
      <p>${t("locked_text")}</p>
      <ol class="welcome-ways">
        <li>${t("way_link")}<code>http://127.0.0.1:8000/?token=…</code></li>
        <li>${t("way_command")}<code>cinestats token</code></li>
      </ol>
      <form onSubmit=${open}>
        <input type="text" autocomplete="username" value="cinestats" readonly hidden />
        <label class="field">${t("token")}
          <input type="password" name="token" autocomplete="current-password" required
            aria-invalid=${wrong} aria-describedby="token-problem"
            value=${text} onInput=${(event) => setText(event.currentTarget.value)} /></label>
        <p id="token-problem" class="form-problem" role="alert" hidden=${!wrong}>${wrong && t("token_wrong")}</p>
        <button type="submit" class="primary">${t("open")}</button>
      </form>
    </section>`;
}

// The token, be it alone or inside the link that was pasted.
/** @type {(text: string) => string} */
const tokenIn = (text) => text.match(/[?&]token=([^&#\s]+)/)?.[1] ?? text;

/**
 * On a server: the form to sign in, with `open` registration one to make an account, and the
 * way to the `provider`; `refused` is why that has just led nowhere.
 * @param {{ back: string | null, open: boolean, provider: string | null, refused: string | null }} props
 */
export function SignIn({ back, open, provider, refused }) {
  const [way, setWay] = useState(/** @type {"sign_in" | "register"} */ ("sign_in"));
  const ways = [{ id: "sign_in", label: t("sign_in") }, { id: "register", label: t("register") }];
  return html`
    <section class="card welcome-card" aria-label=${t(way)}>
      ${open
        ? html`<${Tabs} label=${t("ways")} items=${ways} selected=${way} onSelect=${setWay}>
            <${Credentials} key=${way} way=${way} back=${back} /><//>`
        : html`<h2>${t("sign_in")}</h2><${Credentials} way="sign_in" back=${back} />
            <p class="hint">${t("closed")}</p>`}
      ${provider !== null && html`<${AtProvider} back=${back} provider=${provider} refused=${refused} />`}
    </section>`;
}

// An ordinary link: the browser leaves for the provider's site and is sent back from there.
/** @param {{ back: string | null, provider: string, refused: string | null }} props */
function AtProvider({ back, provider, refused }) {
  return html`
    <div class="at-provider">
      <p class="or" aria-hidden="true"><span>${t("or")}</span></p>
      ${refused !== null && html`<p class="form-problem" role="alert">${t(refusal(refused), { provider })}</p>`}
      <a class="button" href=${address("/session/oidc", { back })}>${t("sign_in_with", { provider })}</a>
    </div>`;
}

const REFUSALS = /** @type {const} */ (["denied", "expired", "unknown", "taken", "nameless", "unavailable", "throttled"]);

/** @param {string} reason */
function refusal(reason) {
  const known = REFUSALS.find((each) => each === reason);
  return /** @type {const} */ (`refused_${known ?? "invalid"}`);
}

/** @param {{ way: "sign_in" | "register", back: string | null }} props */
function Credentials({ way, back }) {
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const isNew = way === "register";
  const { busy, problem, submit } = useSubmit(async () => {
    const { username, password } = fieldsOf(form.current);
    const body = { user_id: username.trim(), password };
    /** @type {string | null} */
    let user = null; // the server has small letters, whatever is typed
    try {
      if (isNew) await send("POST", "/accounts", body);
      user = (await send("POST", "/session", body)).user_id;
    } catch (error) {
      /** @type {HTMLInputElement | null | undefined} */ (form.current?.querySelector("[name=password]"))?.select();
      throw error;
    }
    location.assign(back ?? pagePath(user ?? body.user_id));
  });
  return html`
    <form ref=${form} onSubmit=${submit}>
      <label class="field">${t("name")}
        <input name="username" autocomplete="username" autocapitalize="none" spellcheck="false"
          maxlength="200" required /></label>
      <${Password} isNew=${isNew} />
      <${FormProblem} problem=${problem} said=${problem && sentence(problem)} />
      <button type="submit" class="primary" disabled=${busy}>${t(busy ? "wait" : way)}</button>
    </form>`;
}

/** @param {{ isNew: boolean }} props */
function Password({ isNew }) {
  const [shown, setShown] = useState(false);
  return html`
    <label class="field">${t("password")}
      <input type=${shown ? "text" : "password"} name="password" required maxlength="1000"
        autocomplete=${isNew ? "new-password" : "current-password"}
        minlength=${isNew ? MIN_PASSWORD : null} aria-describedby=${isNew ? "password-hint" : null} /></label>
    <div class="row password-row">
      <label class="row"><input type="checkbox" checked=${shown}
        onChange=${() => setShown(!shown)} />${t("show_password")}</label>
      ${isNew && html`<span id="password-hint" class="hint">${t("password_hint")}</span>`}
    </div>`;
}

// The server counts wrong passwords, and says in its sentence how many minutes to wait.
/** @param {Failure} problem */
function sentence({ status, message }) {
  if (status === 401) return t("wrong");
  const minutes = status === 429 && message.match(/(\d+) minutes/);
  return minutes ? t("throttled", { n: Number(minutes[1]) }) : message;
}
