// The shell: which page an address names, the navigation, and what holds for every page.

import { Component, html, render, useEffect, useState } from "./vendor/preact.js";
import { read } from "./lib/api.js";
import { language, onLanguage, setLanguage, texts } from "./lib/i18n.js";
import { Icon } from "./lib/icons.js";
import { useLiveState } from "./lib/live.js";
import { isOwn } from "./lib/session.js";
import { THEMES, setTheme, useTheme } from "./lib/theme.js";
import { Link, Loading, Page, Toasts, Trouble, navigate, pagePath } from "./lib/ui.js";
import { setZone } from "./pages/today.js";
import shellTexts from "./texts/shell.js";

const t = texts(shellTexts);

// ── Addresses ───────────────────────────────────────────────────────────────

// Each page is pages/<name>.js; a part with a colon is a parameter, one with ? may be absent.
/** @type {[pattern: string, name: string, fixed?: Record<string, string>][]} */
const ADDRESSES = [
  ["/", "home"],
  ["/reset", "reset"],
  ["/notices", "notices"],
  ["/u/:user", "overview"],
  ["/u/:user/year/:year?", "year"],
  ["/u/:user/diary", "diary"],
  ["/u/:user/review", "review"],
  ["/u/:user/duplicates", "duplicates"],
  ["/u/:user/director/:name", "credits", { type: "director" }],
  ["/u/:user/actor/:name", "credits", { type: "actor" }],
  ["/u/:user/genre/:name", "credits", { type: "genre" }],
  ["/u/:user/trends", "trends"],
  ["/u/:user/compare/:other?", "compare"],
  ["/u/:user/import", "import"],
  ["/u/:user/then", "then"],
  ["/u/:user/settings", "settings"],
];
const ROUTES = ADDRESSES.map(([pattern, name, fixed = {}]) => ({ pattern: pattern.split("/"), name, fixed }));

/**
 * @param {string[]} pattern
 * @param {string[]} parts
 */
function paramsOf(pattern, parts) {
  /** @type {Record<string, string>} */
  const params = {};
  const least = pattern.filter((part) => !part.endsWith("?")).length;
  if (parts.length < least || parts.length > pattern.length) return null;
  for (const [i, part] of parts.entries()) {
    const [, parameter] = pattern[i].match(/^:(\w+)/) ?? [];
    if (parameter) params[parameter] = decodeURIComponent(part);
    else if (part !== pattern[i]) return null;
  }
  return params;
}

/** @returns {Place} */
function here() {
  const query = new URLSearchParams(location.search);
  const path = location.pathname.replace(/(.)\/$/, "$1");
  for (const { pattern, name, fixed } of ROUTES) {
    const params = paramsOf(pattern, path.split("/"));
    if (params) return { name, params: { ...fixed, ...params }, query, path };
  }
  return { name: null, params: {}, query, path };
}

// ── Navigation ──────────────────────────────────────────────────────────────

/** @type {PageName[]} */
const MAIN = ["overview", "diary", "trends", "year"];
/** @type {PageName[]} */
const MORE = ["compare", "import", "then", "settings"];
const OWNERS = new Set(["import", "then", "settings"]); // of no use on another's diary

/** @type {Record<string, PageName>} */
const PARTS = { review: "diary", duplicates: "diary" }; // pages behind another

/** @type {(user: string, name: string) => string} */
const hrefOf = (user, name) => (name === "overview" ? pagePath(user) : pagePath(user, name));

/** @param {{ user: string, names: PageName[], current: string | null, children?: Child }} props */
function NavItems({ user, names, current, children }) {
  return html`
    <ul class=${names === MAIN ? "nav-main" : null}>
      ${names.map((name) => html`
        <li key=${name}>
          <${Link} class="nav-item" href=${hrefOf(user, name)} aria-current=${name === current ? "page" : null}>
            <${Icon} name=${name} />
            ${name === "year" ? html`<span class="long">${t("year")}</span><span class="short">${t("year_short")}</span>` : html`<span>${t(name)}</span>`}
          <//>
        </li>`)}
      ${children}
    </ul>`;
}

/** @param {{ user: string, current: string | null, own: boolean }} props */
function Navigation({ user, current, own }) {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (!open) return undefined;
    /** @param {KeyboardEvent} event */
    const onEscape = (event) => event.key === "Escape" && setOpen(false);
    /** @param {PointerEvent} event */
    const onOutside = (event) => event.target instanceof Element && !event.target.closest(".nav") && setOpen(false);
    const navigated = () => setOpen(false);
    document.addEventListener("keydown", onEscape);
    document.addEventListener("pointerdown", onOutside);
    addEventListener("navigated", navigated);
    return () => {
      document.removeEventListener("keydown", onEscape);
      document.removeEventListener("pointerdown", onOutside);
      removeEventListener("navigated", navigated);
    };
  }, [open]);
  return html`
    <nav class="nav" aria-label=${t("pages")}>
      <${NavItems} user=${user} names=${MAIN} current=${current}>
        <li class="more">
          <button type="button" class="nav-item" aria-expanded=${open} aria-controls="nav-more"
            onClick=${() => setOpen(!open)}><${Icon} name="more" /><span>${t("more")}</span></button>
        </li>
      <//>
      <div id="nav-more" class=${`nav-more${open ? " open" : ""}`}>
        <${NavItems} user=${user} names=${MORE.filter((name) => own || !OWNERS.has(name))} current=${current} />
        <${Tools} user=${user} />
      </div>
    </nav>`;
}

// ── Theme and language ──────────────────────────────────────────────────────

/** @param {{ user?: string }} props */
function Tools({ user }) {
  const chosen = useTheme();
  return html`
    <div class="tools">
      ${user && html`
        <p class="who"><b title=${user}>${t("diary_of", { user })}</b><${Link} href="/">${t("switch")}<//></p>`}
      <label><span>${t("theme")}</span>
        <select onChange=${(event) => setTheme(/** @type {Theme} */ (event.currentTarget.value))}>
          ${THEMES.map((theme) => html`
            <option key=${theme} value=${theme} selected=${theme === chosen}>${t(theme)}</option>`)}
        </select>
      </label>
      <label><span>${t("language")}</span>
        <select onChange=${(event) => setLanguage(/** @type {Language} */ (event.currentTarget.value))}>
          ${[["en", "English"], ["it", "Italiano"]].map(([code, name]) => html`
            <option key=${code} value=${code} lang=${code} selected=${code === language()}>${name}</option>`)}
        </select>
      </label>
      <a href="/docs">${t("api")}</a>
    </div>`;
}

/** @param {{ user: string }} props */
function Live({ user }) {
  const state = useLiveState(user);
  return html`
    <span class=${`live${state === "live" ? " on" : ""}`} role="status" hidden=${state === "off"}>
      ${state !== "off" && t(state)}
    </span>`;
}

// ── The shell ───────────────────────────────────────────────────────────────

// What a page's own code throws is shown in its place; the navigation goes on working.
class Guarded extends Component {
  state = { error: /** @type {Failure | null} */ (null) };

  /** @param {Failure} error */
  componentDidCatch(error) {
    console.error(error);
    this.setState({ error });
  }

  /**
   * @param {{ children?: Child }} props
   * @param {{ error: Failure | null }} state
   */
  render({ children }, { error }) {
    return error ? html`<${Trouble} error=${error} retry=${() => this.setState({ error: null })} />` : children;
  }
}

const NoPage = () => html`
  <${Page} title=${t("lost_title")}>
    <p>${t("lost_text")}</p>
    <p><${Link} href="/">${t("to_start")}<//></p>
  <//>`;

/** @param {{ shown: Shown, error: Failure | null, retry: () => void }} props */
function Shell({ shown, error, retry }) {
  const { name, params, query, path, session, component } = shown;
  const { user } = params;
  const own = isOwn(session, user);
  return html`
    <div class=${`shell ${user ? "with-nav" : "without-nav"}`}>
      <a class="skip" href="#main">${t("skip")}</a>
      <header class="side">
        <div class="side-top">
          <${Link} class="brand" href=${user ? pagePath(user) : "/"}>
            <img src="/static/icon.svg" alt="" width="28" height="28" />cinestats
          <//>
          ${user && html`<${Live} user=${user} />`}
        </div>
        ${user
          ? html`<${Navigation} user=${user} current=${name && (PARTS[name] ?? name)} own=${own} />`
          : html`<${Tools} />`}
      </header>
      <main id="main" tabindex="-1">
        ${error && html`<${Trouble} error=${error} retry=${retry} />`}
        ${!error && (component === null
          ? html`<${Loading} />`
          : html`<${Guarded} key=${path}>
              <${component} user=${user} params=${params} query=${query} session=${session} />
            <//>`)}
        ${component !== null && html`<footer class="foot"><${Link} href="/notices">${t("notices")}<//></footer>`}
      </main>
      <${Toasts} />
    </div>`;
}

/** @param {string | null} name */
async function componentOf(name) {
  if (name === null) return NoPage;
  try {
    return (await import(`./pages/${name}.js`)).default;
  } catch (error) {
    throw new Error(t("not_loaded"), { cause: error });
  }
}

function App() {
  const [shown, setShown] = useState(/** @type {Shown} */ ({ ...here(), session: null, component: null }));
  const [error, setError] = useState(/** @type {Failure | null} */ (null));
  const [, setDrawn] = useState(0);

  // The page of before stays until the next one's code is there.
  const go = async () => {
    const at = here();
    try {
      const [component, session] = await Promise.all([componentOf(at.name), signedIn()]);
      if (at.path === here().path) setShown({ ...at, session, component });
      setError(null);
    } catch (failure) {
      setError(/** @type {Failure} */ (failure));
    }
  };
  useEffect(() => {
    go();
    addEventListener("navigated", go);
    const end = onLanguage(() => setDrawn((n) => n + 1));
    return () => {
      removeEventListener("navigated", go);
      end();
    };
  }, []);
  // A browser does not fetch code anew that failed once: only loading the document helps.
  return html`<${Shell} shown=${shown} error=${error} retry=${() => location.reload()} />`;
}

// The caller's session, asked for once a document: signing in or out loads a new one.
/** @type {Promise<Answer<"Session">> | null} */
let session = null;

function signedIn() {
  session ??= read("/session").then((answer) => {
    setZone(answer.timezone);
    return answer;
  }, (problem) => {
    session = null;
    throw problem;
  });
  return session;
}

const old = new URLSearchParams(location.search).get("user"); // the address of earlier versions
if (location.pathname === "/" && old) navigate(pagePath(old), { replace: true });
render(html`<${App} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
