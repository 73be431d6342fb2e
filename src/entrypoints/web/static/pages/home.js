// The start: sign in, choose a diary, or take the first steps.

import { html, useEffect, useState } from "../vendor/preact.js";
import { read } from "../lib/api.js";
import { texts } from "../lib/i18n.js";
import { useData } from "../lib/live.js";
import { Loading, Page, Trouble, navigate, pagePath } from "../lib/ui.js";
import words from "../texts/home.js";
import { Diaries, FirstSteps } from "./home-diaries.js";
import { SignIn, TokenEntry } from "./home-sign-in.js";

const t = texts(words);
const LOOK_AGAIN_MS = 3_000;

// Whoever opens the start and has one diary wants that; whoever comes back to it from there
// (by "Switch") wants the start.
let mayGoOn = new URL(performance.getEntriesByType("navigation")[0].name).pathname === "/";

/** @param {PageProps} props */
export default function Home({ query, session }) {
  const back = ownPath(query.get("back"));
  return session.signed_in
    ? html`<${SignedIn} back=${back} session=${session} />`
    : html`<${Stranger} back=${back} session=${session} wrongToken=${query.has("token")} refused=${query.get("refused")} />`;
}

// A path of this very site, or null: no link may lead elsewhere after the sign-in.
/** @param {string | null} wished */
function ownPath(wished) {
  if (!wished?.startsWith("/")) return null;
  const { origin, pathname, search } = new URL(wished, location.origin);
  // "/.//other.example" is of this site, and its path "//other.example" would not be.
  return origin === location.origin && !pathname.startsWith("//") ? pathname + search : null;
}

/** @param {{ back: string | null, session: Answer<"Session">, wrongToken: boolean, refused: string | null }} props */
function Stranger({ back, session, ...opened }) {
  const [{ wrongToken, refused }] = useState(opened);
  useEffect(() => { // no secret stays in the address, be it a wrong one, nor what is over
    if (wrongToken || refused !== null) navigate(back ? `/?back=${encodeURIComponent(back)}` : "/", { replace: true });
  }, []);
  return html`
    <div class="welcome">
      <div class="welcome-words">
        <${Page} title=${t("welcome")}><p class="welcome-lead">${t("lead")}</p><//>
      </div>
      ${session.mode === "home"
        ? html`<${TokenEntry} back=${back} wrong=${wrongToken} />`
        : html`<${SignIn} back=${back} open=${session.registration === "open"} provider=${session.provider}
            refused=${refused} />`}
    </div>`;
}

/** @param {{ back: string | null, session: Answer<"Session"> }} props */
function SignedIn({ back, session }) {
  const { data, error, reload } = useData(() => read("/session"), []);
  const diaries = data?.diaries;
  const isNew = diaries?.length === 0;
  useEffect(() => { // the first diary may be made elsewhere, such as by cinestats demo
    if (!isNew) return undefined;
    const timer = setInterval(() => document.hidden || reload(), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [isNew]);
  const next = back ?? (mayGoOn && diaries?.length === 1 ? pagePath(diaries[0]) : null);
  useEffect(() => {
    if (next === null) return;
    mayGoOn = false;
    navigate(next, { replace: true });
  }, [next]);
  if (!diaries || next !== null) {
    return html`
      <${Page} title=${t("diaries")}>
        ${error ? html`<${Trouble} error=${error} retry=${reload} />` : html`<${Loading} lines=${3} />`}
      <//>`;
  }
  return diaries.length
    ? html`<${Diaries} diaries=${diaries} mode=${session.mode} />`
    : html`<${FirstSteps} />`;
}
