// Builds the modules of src/ into the page's vendor folder, each with the versions of what
// is in it as its first line, compressed too, beside the licences and the files' checksums.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";

const TARGET = new URL("../src/entrypoints/web/static/vendor/", import.meta.url);
const MODULES = new URL("node_modules/", import.meta.url);

const byName = (a, b) => (a < b ? -1 : 1);

// The names of the packages whose files are in a bundle, in order.
function packagesIn(metafile) {
  const names = Object.keys(metafile.inputs).map((path) => path.match(/node_modules\/([^/]+)/)?.[1]);
  return [...new Set(names.filter(Boolean))].sort(byName);
}

async function titleOf(name) {
  const { version, license } = JSON.parse(await readFile(new URL(`${name}/package.json`, MODULES)));
  return { version: `${name} ${version}`, license };
}

async function licenceOf(name) {
  const folder = new URL(`${name}/`, MODULES);
  const files = (await readdir(folder)).filter((file) => /^(LICENSE|NOTICE)/.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(new URL(file, folder), "utf8")));
  const { version, license } = await titleOf(name);
  const rule = "=".repeat(78);
  return `${rule}\n${version} (${license})\n${rule}\n\n${texts.map((text) => text.trim()).join("\n\n")}\n`;
}

await mkdir(TARGET, { recursive: true });
const shipped = new Set();
const sums = [];
for (const name of ["echarts.js", "preact.js"]) {
  const { metafile, outputFiles } = await build({
    entryPoints: [new URL(`src/${name}`, import.meta.url).pathname],
    bundle: true,
    define: { "process.env.NODE_ENV": '"production"' },
    format: "esm",
    legalComments: "none", // they are in LICENSES.txt, whole
    metafile: true,
    minify: true,
    target: "es2022",
    write: false,
  });
  const packages = packagesIn(metafile);
  for (const found of packages) shipped.add(found);
  const versions = await Promise.all(packages.map(async (found) => (await titleOf(found)).version));
  const text = `/*! ${versions.join(", ")}; licences: LICENSES.txt */\n${outputFiles[0].text}`;
  for (const [file, bytes] of [
    [name, text], [`${name}.br`, brotliCompressSync(text)], [`${name}.gz`, gzipSync(text, { level: 9 })],
  ]) {
    await writeFile(new URL(file, TARGET), bytes);
    sums.push(`${createHash("sha256").update(bytes).digest("hex")}  ${file}\n`);
  }
}
const licences = await Promise.all([...shipped].sort(byName).map(licenceOf));
await writeFile(new URL("LICENSES.txt", TARGET), licences.join("\n"));
await writeFile(new URL("SHA256SUMS", TARGET), sums.join(""));
