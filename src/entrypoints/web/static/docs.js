// Shows the server's OpenAPI document, without help from any other host.
import { el } from "./dom.js";

function typeOf(schema) {
  if (schema.enum) return schema.enum.join(" | ");
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(" | ");
  if (schema.type === "array") return `list of ${typeOf(schema.items)}`;
  return [schema.format ?? schema.type ?? "any"].flat().join(" | ");
}

const line = (name, schema, required, text) =>
  el("tr", {},
    el("td", {}, el("code", {}, name)),
    el("td", {}, typeOf(schema)),
    el("td", {}, [required ? "required" : "optional", text].filter(Boolean).join("; ")));

function table(caption, lines) {
  return lines.length ? [el("table", {}, el("caption", {}, caption), el("tbody", {}, ...lines))] : [];
}

function body(content) {
  return Object.entries(content).flatMap(([mediaType, { schema }]) =>
    table(`Body, ${mediaType}`, Object.entries(schema.properties ?? { "(all of it)": schema }).map(([name, field]) =>
      line(name, field, schema.required?.includes(name), field.description))));
}

function operation(method, path, { description, parameters = [], requestBody }) {
  const [sentence, ...more] = description.replaceAll("``", "").split("\n\n");
  return el("details", {},
    el("summary", {}, el("b", {}, method.toUpperCase()), el("code", {}, path), el("span", {}, sentence)),
    el("div", { class: "inside" },
      ...more.map((paragraph) => el("p", {}, paragraph)),
      ...table("Parameters", parameters.map((p) => line(p.name, p.schema, p.required, p.description ?? p.schema.description))),
      ...(requestBody ? body(requestBody.content) : [])));
}

const { paths } = await (await fetch("/openapi.json")).json();
const byTag = new Map();
for (const [path, operations] of Object.entries(paths)) {
  for (const [method, described] of Object.entries(operations)) {
    const [tag] = described.tags;
    byTag.set(tag, [...(byTag.get(tag) ?? []), operation(method, path, described)]);
  }
}
document.getElementById("reference").append(
  ...[...byTag].map(([tag, operations]) => el("section", {}, el("h2", {}, tag), ...operations)),
);
