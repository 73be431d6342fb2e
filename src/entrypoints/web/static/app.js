import { addFilm, importFile, listen, read, undoImport, user } from "./api.js";
import { el } from "./dom.js";

const PAGE = 10;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const number = new Intl.NumberFormat("en");
const mean = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

const $ = (id) => document.getElementById(id);

const plural = (n, one, many = `${one}s`) => `${number.format(n)} ${n === 1 ? one : many}`;
const half = (stars) => `${Math.floor(stars) || ""}${stars % 1 ? "½" : ""}`;

// ── The figures ─────────────────────────────────────────────────────────────

function showHeadline(stats) {
  const figures = [
    ["films watched", number.format(stats.total_watched)],
    ["hours", number.format(Math.round(stats.watch_time_minutes / 60))],
    ["average rating", ...(stats.average_rating === null ? ["–"] : [mean.format(stats.average_rating), " ", el("small", {}, "★")])],
    ["films rated", number.format(stats.rated_count)],
  ];
  $("headline").replaceChildren(
    ...figures.map(([label, ...figure]) => el("div", {}, el("dt", {}, label), el("dd", {}, ...figure))),
  );
}

function showRatings(distribution) {
  const steps = Array.from({ length: 10 }, (_, i) => (i + 1) / 2);
  const counts = steps.map((stars) => distribution[String(stars).replace(".", "_")] ?? 0);
  const most = Math.max(...counts, 1);
  $("ratings").replaceChildren(
    ...steps.map((stars, i) =>
      el("li", { part: counts[i] / most },
        el("span", { class: "hidden" }, `${half(stars)} stars: ${plural(counts[i], "film")}`),
        el("span", { class: "column", "aria-hidden": "true" }, counts[i] ? number.format(counts[i]) : ""),
        el("span", { class: "stars", "aria-hidden": "true" }, half(stars)))),
  );
}

function showMonths(years) {
  const most = Math.max(1, ...Object.values(years).flatMap(Object.values));
  const heads = MONTHS.map((name) =>
    el("th", { scope: "col" }, el("span", { "aria-hidden": "true" }, name[0]), el("span", { class: "hidden" }, name)));
  const rows = Object.keys(years).sort().reverse().map((year) =>
    el("tr", {}, el("th", { scope: "row" }, year), ...MONTHS.map((_, i) => {
      const n = years[year][String(i + 1).padStart(2, "0")] ?? 0;
      return el("td", { part: n / most }, n ? number.format(n) : "");
    })));
  $("months").replaceChildren(
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, el("span", { class: "hidden" }, "Year")), ...heads)),
    el("tbody", {}, ...(rows.length ? rows : [el("tr", {}, el("td", { colspan: 13 }, "No film has a date yet."))])),
  );
}

function showRanking(type, items) {
  const most = items[0]?.count ?? 1;
  // What a reader has opened stays open when a live change draws the list anew.
  const opened = new Set(Array.from($(type).querySelectorAll("details[open] .name"), (name) => name.textContent));
  const lines = items.map((item) => {
    const average = item.rated_count ? item.rating_sum / item.rated_count : null;
    const films = el("ol");
    const details = el("details", {},
      el("summary", { part: item.count / most },
        el("span", { class: "name" }, item.name),
        el("span", {}, number.format(item.count), el("span", { class: "hidden" }, item.count === 1 ? " play" : " plays")),
        el("span", { class: "mean" }, average === null ? "–" : `★ ${mean.format(average)}`)),
      films);
    details.addEventListener("toggle", () => details.open && attempt(async () => {
      const { items: entries } = await read(`/affinities/${type}/${encodeURIComponent(item.name)}/entries`);
      films.replaceChildren(...entries.map((entry) =>
        el("li", {}, ...filmLine(entry.name, entry.year, entry.rating && `★ ${half(entry.rating)}`, watchedOn(entry)))));
    }));
    details.open = opened.has(item.name);
    return el("li", {}, details);
  });
  $(type).replaceChildren(...(lines.length ? lines : [el("li", {}, "None known yet.")]));
}

function filmLine(title, ...facts) {
  return [el("span", { class: "title" }, title), " ", el("small", {}, facts.filter(Boolean).join(" · "))];
}

const watchedOn = (entry) => (entry.watched_date ? day.format(new Date(entry.watched_date)) : "no date");

function diaryRow(entry) {
  const rating = entry.rating === null
    ? el("small", {}, "not rated")
    : el("span", { class: "rated" },
        el("span", { "aria-hidden": "true" }, "★".repeat(Math.floor(entry.rating)) + (entry.rating % 1 ? "½" : "")),
        el("span", { class: "hidden" }, `${half(entry.rating)} stars`));
  return el("tr", {},
    el("td", {}, watchedOn(entry)),
    el("td", {}, ...filmLine(entry.name, entry.year, entry.director.join(", "))),
    el("td", {}, rating));
}

let nextCursor = null;

function showDiary({ items, next_cursor }, { append = false } = {}) {
  $("diary")[append ? "append" : "replaceChildren"](...items.map(diaryRow));
  nextCursor = next_cursor;
  $("more").hidden = nextCursor === null;
}

$("more").addEventListener("click", () => attempt(async () => {
  showDiary(await read("/diary", { limit: 50, cursor: nextCursor }), { append: true });
}));

// ── Loading ─────────────────────────────────────────────────────────────────

let shown = null;
let wanted = null;
let loading = false;

// Shows the diary as of `position` or later. Calls while one is under way are joined.
async function show(position) {
  if (position === shown) return;
  wanted = position;
  if (loading) return;
  loading = true;
  while (wanted !== null) {
    const at_least = wanted;
    wanted = null;
    await attempt(() => load(at_least));
  }
  loading = false;
}

async function load(at_least) {
  $("main").setAttribute("aria-busy", "true");
  const stats = await read("/stats", { at_least });
  const types = ["director", "actor", "genre"];
  const [diary, ...rankings] = await Promise.all([
    read("/diary", { limit: PAGE }),
    ...types.map((type) => read("/affinities", { type, limit: PAGE })),
  ]);
  const empty = stats.total_watched === 0;
  $("empty").hidden = !empty;
  $("figures").hidden = empty;
  showHeadline(stats);
  showRatings(stats.rating_distribution);
  showMonths(stats.monthly_counts);
  types.forEach((type, i) => showRanking(type, rankings[i].items));
  showDiary(diary);
  shown = stats.position;
}

async function attempt(work) {
  try {
    await work();
    $("trouble").hidden = true;
  } catch (error) {
    $("trouble").textContent = error.message;
    $("trouble").hidden = false;
  } finally {
    $("loading").hidden = true;
    $("main").setAttribute("aria-busy", "false");
  }
}

// ── Import ──────────────────────────────────────────────────────────────────

async function takeFile(file) {
  const report = $("report");
  report.replaceChildren(`Reading ${file.name} …`);
  try {
    const result = await importFile(file);
    report.replaceChildren(...reportOf(file, result));
    await show(result.position);
  } catch (error) {
    report.replaceChildren(el("p", { class: "trouble" }, error.message));
  }
}

function reportOf(file, result) {
  const parts = [
    el("p", {}, el("strong", {}, `${file.name}: ${plural(result.added, "film")} added.`), ` Read as ${result.format}: `
      + `${plural(result.read, "row")}, ${number.format(result.updated)} updated, `
      + `${number.format(result.skipped)} skipped, ${number.format(result.rejected.length)} rejected`
      + (result.unmatched ? `; the catalogue does not know ${plural(result.unmatched, "film")}.` : ".")),
    ...result.notes.map((note) => el("p", {}, note)),
  ];
  if (result.rejected.length) {
    parts.push(el("p", {}, "These rows were not taken in:"), el("ul", { tabindex: "0", "aria-label": "Rejected rows" },
      ...result.rejected.map((row) => el("li", {}, `Line ${row.line}: ${row.reason}`))));
  }
  if (result.added + result.updated) {
    const undo = el("button", { type: "button" }, "Undo this import");
    undo.addEventListener("click", async () => {
      undo.disabled = true;
      try {
        const { undone, position } = await undoImport(result.import_id);
        $("report").replaceChildren(el("p", {}, `Undone: ${plural(undone, "change")} taken back.`));
        await show(position);
      } catch (error) {
        undo.disabled = false;
        undo.after(el("p", { class: "trouble" }, error.message));
      }
    });
    parts.push(undo);
  }
  return parts;
}

const drop = $("drop");
for (const type of ["dragenter", "dragover"]) {
  drop.addEventListener(type, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
}
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  if (event.dataTransfer.files.length) takeFile(event.dataTransfer.files[0]);
});
$("file").addEventListener("change", () => {
  if ($("file").files.length) takeFile($("file").files[0]);
  $("file").value = ""; // so that the same file can be chosen again
});

// ── Add ─────────────────────────────────────────────────────────────────────

const form = $("add");
const today = new Date();
form.watched_date.value = [today.getFullYear(), today.getMonth() + 1, today.getDate()]
  .map((part) => String(part).padStart(2, "0")).join("-");
form.watched_date.max = form.watched_date.value;
for (let stars = 5; stars > 0; stars -= 0.5) {
  form.rating.append(el("option", { value: stars }, `${half(stars)} ★`));
}

const newKey = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(16)).join("-");
let key = newKey();
form.addEventListener("input", () => { key = newKey(); }); // the same form sent again is the same write

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  const film = {
    name: form.elements.name.value,
    year: form.year.value ? Number(form.year.value) : null,
    rating: form.rating.value ? Number(form.rating.value) : null,
    watched_date: form.watched_date.value || null,
  };
  button.disabled = true;
  $("added").replaceChildren("Adding …");
  try {
    const { entry, position } = await addFilm(film, key);
    $("added").replaceChildren(`${entry.name} is in the diary.`);
    form.elements.name.value = form.year.value = form.rating.value = "";
    key = newKey();
    await show(position);
  } catch (error) {
    $("added").replaceChildren(error.message);
  } finally {
    button.disabled = false;
  }
  form.elements.name.focus();
});

// ── Begin ───────────────────────────────────────────────────────────────────

document.title = `${user} · cinestats`;
$("user").value = user;
show(0);
listen(show, (open) => {
  $("live").textContent = open ? "Live" : "Reconnecting …";
  $("live").classList.toggle("on", open);
});
