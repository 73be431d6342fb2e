// The reference of the API, from the server's own OpenAPI document.

import { html, render, useState } from "./vendor/preact.js";
import { read } from "./lib/api.js";
import { texts } from "./lib/i18n.js";
import { Loading, Trouble } from "./lib/ui.js";
import { useData } from "./lib/live.js";
import docsTexts from "./texts/docs.js";

const t = texts(docsTexts);
const MORE = ["/openapi.json", "/schemas/event.json", "/schemas/asyncapi.json"];

// ── The document ────────────────────────────────────────────────────────────

// Every operation: {id, tag, method, path, summary, description, parameters, body, answers}.
/**
 * @param {OpenApi} document
 * @returns {OpenApiOperation[]}
 */
function operationsOf({ paths }) {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      id: `${method}${path.replace(/[^a-z]+/gi, "-")}`,
      tag: operation.tags?.[0] ?? "…",
      method: method.toUpperCase(),
      path,
    })));
}

// What a schema refers to by its name.
/** @type {(schema: Schema) => string} */
const nameOf = (schema) => schema.$ref?.split("/").at(-1) ?? "";

/** @type {(document: OpenApi, schema: Schema | undefined) => Schema} */
const resolve = (document, schema) => (schema?.$ref
  ? schema.$ref.slice(2).split("/").reduce((/** @type {any} */ found, key) => found[key], document) // whatever it refers to
  : schema ?? {});

/**
 * @param {OpenApi} document
 * @param {Schema | undefined} schema
 * @returns {string}
 */
function typeOf(document, schema) {
  const found = resolve(document, schema);
  if (found.enum) return found.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (found.const !== undefined) return JSON.stringify(found.const);
  const choices = found.anyOf ?? found.oneOf;
  if (choices) return [...new Set(choices.map((choice) => typeOf(document, choice)))].join(" | ");
  if (found.type === "array") return `[${typeOf(document, found.items)}]`;
  if (typeof found.additionalProperties === "object") return `{…: ${typeOf(document, found.additionalProperties)}}`;
  if (schema?.$ref) return found.title ?? nameOf(schema);
  return [found.format ?? found.type ?? "any"].flat().join(" | ");
}

// What limits a value, in words.
/** @param {Schema} schema */
function limitsOf(schema = {}) {
  const inner = schema.anyOf?.find((choice) => choice.type !== "null") ?? schema;
  return [
    inner.minimum !== undefined && Number.isSafeInteger(Math.ceil(inner.maximum ?? Infinity)) && t("between", { from: inner.minimum, to: inner.maximum }),
    schema.default !== undefined && schema.default !== null && t("default", { value: JSON.stringify(schema.default) }),
  ].filter(Boolean).join("; ");
}

/** @type {(...parts: (string | false | undefined)[]) => string} */
const phrases = (...parts) =>
  parts.flatMap((part) => (part ? [part.replaceAll("`", "").replace(/\.$/, "")] : [])).join("; ");

// The example of a media type, where the document gives one.
/**
 * @param {OpenApi} document
 * @param {Media} media
 */
function exampleOf(document, { example, examples, schema } = {}) {
  const named = Object.values(examples ?? {})[0];
  return example ?? named?.value ?? resolve(document, schema).example ?? resolve(document, schema).examples?.[0];
}

// ── What is shown ───────────────────────────────────────────────────────────

/** @param {{ caption: string, lines: { name: string, place?: string, type: string, required?: boolean, meaning: string }[] }} props */
function Table({ caption, lines }) {
  return html`
    <div class="scroll">
      <table>
        <caption>${caption}</caption>
        <thead><tr><th scope="col">${t("name")}</th><th scope="col">${t("type")}</th><th scope="col">${t("meaning")}</th></tr></thead>
        <tbody>
          ${lines.map(({ name, place, type, required, meaning }) => html`
            <tr key=${`${place} ${name}`}>
              <th scope="row"><code>${name}</code>${place && html`<small>${place}</small>`}</th>
              <td><code class="type">${type}</code></td>
              <td>${phrases(required && t("required"), meaning)}</td>
            </tr>`)}
        </tbody>
      </table>
    </div>`;
}

/** @param {{ value: unknown }} props */
const Example = ({ value }) => value !== undefined && html`
  <figure class="example"><figcaption>${t("example")}</figcaption>
    <pre tabindex="0"><code>${JSON.stringify(value, null, 2)}</code></pre></figure>`;

// The named objects that a schema is made of, itself first: [[name, schema]].
/**
 * @param {OpenApi} document
 * @param {Schema} schema
 * @param {Map<string, Schema>} found
 */
function objectsIn(document, schema, found = new Map()) {
  const name = nameOf(schema);
  const object = resolve(document, schema);
  if (object.properties && !found.has(name)) found.set(name, object);
  else if (name) return found;
  const parts = [
    ...Object.values(object.properties ?? {}), ...(object.anyOf ?? []), ...(object.oneOf ?? []),
    ...[object.items, object.additionalProperties].filter((part) => typeof part === "object"),
  ];
  for (const part of parts) objectsIn(document, part, found);
  return found;
}

// A media type's fields as tables, or its type where it has none.
/** @param {{ document: OpenApi, title: string, mediaType: string, content: Media, demands?: boolean }} props */
function Content({ document, title, mediaType, content, demands = false }) {
  const objects = [...objectsIn(document, content.schema ?? {})];
  return html`
    ${objects.map(([name, schema], i) => html`
      <${Table} key=${name} caption=${i ? schema.title ?? name : `${title}: ${mediaType}`}
        lines=${Object.entries(schema.properties ?? {}).map(([field, described]) => ({
          name: field,
          type: typeOf(document, described),
          required: demands && schema.required?.includes(field),
          meaning: phrases(described.description, limitsOf(described)),
        }))} />`)}
    ${objects.length === 0 && html`<p class="hint">${title}: ${mediaType} <code>${typeOf(document, content.schema)}</code></p>`}
    <${Example} value=${exampleOf(document, content)} />`;
}

/** @param {{ document: OpenApi, operation: OpenApiOperation }} props */
function Operation({ document, operation }) {
  const { id, method, path, description = "", summary, parameters = [], requestBody, responses } = operation;
  const [sentence, ...paragraphs] = (description || summary).replaceAll("`", "").split("\n\n");
  const [open, setOpen] = useState(location.hash === `#${id}`);
  return html`
    <details id=${id} class="operation" open=${open} onToggle=${(/** @type {On<HTMLDetailsElement>} */ event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span class=${`method ${method.toLowerCase()}`}>${method}</span>
        <code>${path}</code>
        <span class="sentence">${sentence}</span>
      </summary>
      ${open && html`
        <div class="operation-body">
          ${paragraphs.map((paragraph, i) => html`<p key=${i}>${paragraph}</p>`)}
          ${parameters.length > 0 && html`<${Table} caption=${t("parameters")} lines=${parameters.map((parameter) => ({
            name: parameter.name,
            place: parameter.in,
            type: typeOf(document, parameter.schema),
            required: parameter.required,
            meaning: phrases(parameter.description ?? parameter.schema.description, limitsOf(parameter.schema)),
          }))} />`}
          ${Object.entries(requestBody?.content ?? {}).map(([mediaType, content]) => html`
            <${Content} key=${mediaType} document=${document} title=${t("body")} mediaType=${mediaType} content=${content} demands=${true} />`)}
          ${Object.entries(responses).map(([status, response]) => html`
            <div key=${status} class="answer">
              <h3><span class=${status < "400" ? "good" : "bad"}>${status}</span> ${response.description.replaceAll("`", "")}</h3>
              ${status < "400" && Object.entries(response.content ?? {}).map(([mediaType, content]) => html`
                <${Content} key=${mediaType} document=${document} title=${t("answer")} mediaType=${mediaType} content=${content} />`)}
            </div>`)}
        </div>`}
    </details>`;
}

/** @param {{ document: OpenApi }} props */
function Reference({ document }) {
  const [wanted, setWanted] = useState("");
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = operationsOf(document).filter((operation) => {
    const text = `${operation.method} ${operation.path} ${operation.description ?? operation.summary}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const groups = Map.groupBy(fitting, ({ tag }) => tag);
  return html`
    <div class="reference-find">
      <label class="field">${t("filter")}
        <input type="search" value=${wanted} onInput=${(event) => setWanted(event.currentTarget.value)} />
      </label>
      <p class="hint" role="status">${fitting.length ? t("found", { n: fitting.length }) : t("nothing")}</p>
    </div>
    <nav class="groups" aria-label=${t("groups")}>
      ${[...groups.keys()].map((tag) => html`<a key=${tag} lang="en" href=${`#${tag}`}>${tag}</a>`)}
    </nav>
    <div lang="en">
      ${[...groups].map(([tag, operations]) => html`
        <section key=${tag} class="section" aria-labelledby=${tag}>
          <h2 id=${tag}>${tag}</h2>
          ${operations.map((operation) => html`<${Operation} key=${operation.id} document=${document} operation=${operation} />`)}
        </section>`)}
    </div>`;
}

function Docs() {
  const { data, error, reload } = useData(() => read("/openapi.json"), []);
  document.title = `${t("title")} · cinestats`;
  return html`
    <a class="skip" href="#main">${t("skip")}</a>
    <header class="reference-top">
      <a class="brand" href="/"><img src="/static/icon.svg" alt="" width="28" height="28" />cinestats</a>
      ${data && html`<span class="hint">${data.info.version}</span>`}
    </header>
    <main id="main" tabindex="-1">
      <h1>${t("title")}</h1>
      <p class="intro">${t("intro")}</p>
      <p class="hint">${t("documents")} ${MORE.map((href) => html`<a key=${href} href=${href}>${href}</a> `)}</p>
      ${error && html`<${Trouble} error=${error} retry=${reload} />`}
      ${data ? html`<${Reference} document=${data} />` : !error && html`<${Loading} lines=${10} />`}
    </main>`;
}

render(html`<${Docs} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
