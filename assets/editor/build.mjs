// Makes templates/live/static/editor.js of editor.mjs and the packages of package-lock.json, with their licences on top.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const out = new URL("../../templates/live/static/editor.js", import.meta.url);
const made = await build({
  entryPoints: [new URL("editor.mjs", import.meta.url).pathname],
  bundle: true, minify: true, format: "iife", target: "es2020", charset: "utf8", legalComments: "none", metafile: true, write: false,
});
const names = new Set();
for (const input of Object.keys(made.metafile.inputs)) {
  const found = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/);
  if (found) names.add(found[1]);
}
const texts = new Map();
for (const name of [...names].sort()) {
  const folder = new URL(`node_modules/${name}/`, import.meta.url);
  const about = JSON.parse(readFileSync(new URL("package.json", folder), "utf8"));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  const text = file ? readFileSync(new URL(file, folder), "utf8").trim() : about.license;
  texts.set(text, [...(texts.get(text) || []), `${name} ${about.version}`]);
}
const notices = [...texts].map(([text, some]) => `${some.join(", ")}\n\n${text}`).join("\n\n----\n\n").replaceAll("*/", "* /");
writeFileSync(out, `/*! Made by assets/editor/build.mjs of these packages, each under its licence:\n\n${notices}\n*/\n${made.outputFiles[0].text}`);
