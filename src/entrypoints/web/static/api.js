// Talks to the server. Every error has a sentence that can be shown.

export const user = new URLSearchParams(location.search).get("user")?.trim() || "me";

const base = `/users/${encodeURIComponent(user)}`;

async function ask(path, options = {}) {
  let response;
  try {
    response = await fetch(base + path, options);
  } catch {
    throw new Error("The server does not answer. Is it running?");
  }
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail);
  return answer;
}

export const read = (path, params = {}) => ask(`${path}?${new URLSearchParams(params)}`);

export const addFilm = (film, key) =>
  ask("/movies", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": key },
    body: JSON.stringify(film),
  });

export function importFile(file) {
  const form = new FormData();
  form.append("file", file);
  return ask("/imports", { method: "POST", body: form });
}

export const undoImport = (id) => ask(`/imports/${encodeURIComponent(id)}/undo`, { method: "POST" });

// Calls `changed` with a position now and whenever the statistics change, `state` with
// whether the line is open. A hidden tab hangs up: a browser has only six lines to a server.
export function listen(changed, state) {
  let source;
  const follow = () => {
    source?.close();
    if (document.hidden) return;
    source = new EventSource(`${base}/stream`);
    source.addEventListener("stats", (event) => changed(JSON.parse(event.data).position));
    source.onopen = () => state(true);
    source.onerror = () => state(false);
  };
  document.addEventListener("visibilitychange", follow);
  follow();
}
