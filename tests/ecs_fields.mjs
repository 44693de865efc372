// Every row of `events -f ecs` keeps to the published list of fields of the Elastic Common Schema:
// the package @elastic/ecs of npm.
//
// Usage: node ecs_fields.mjs FOLDER_OF_NODE_MODULES PROCMONKEY CAPTURE...

import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { isIP } from "node:net";
import path from "node:path";

const [folder, program, ...captures] = process.argv.slice(2);
const require = createRequire(path.resolve(folder, "node_modules", "x.js"));
const { EcsFlat: known } = require("@elastic/ecs");
const own = "Procmon.";
const MOST = 2000;

const isText = (value) => typeof value === "string";
const isDate = (value) =>
  isText(value) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value);
const types = {
  keyword: isText,
  constant_keyword: isText,
  wildcard: isText,
  match_only_text: isText,
  text: isText,
  date: isDate,
  ip: (value) => isText(value) && isIP(value) > 0,
  long: Number.isSafeInteger,
  boolean: (value) => typeof value === "boolean",
};

/** What is wrong with the fields of a row; nothing if they are right. */
function faults(row) {
  const found = [];
  const fields = new Map();
  const collect = (value, name) => {
    if (name.startsWith(own)) return;
    if (value !== null && typeof value === "object" && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value)) collect(inner, name ? `${name}.${key}` : key);
    } else {
      fields.set(name, value);
    }
  };
  collect(row, "");
  for (const [name, value] of fields) {
    const field = known[name];
    if (!field) {
      found.push(`${name} is not in the list`);
      continue;
    }
    if (Array.isArray(value) !== field.normalize.includes("array")) {
      found.push(`${name}: a list where none belongs, or the other way round`);
    }
    const values = [value].flat();
    const fits = types[field.type];
    if (!fits) found.push(`${name}: the type ${field.type} is not known to this check`);
    else if (!values.every(fits)) found.push(`${name}: ${JSON.stringify(value)} is not ${field.type}`);
    const allowed = field.allowed_values?.map((it) => it.name);
    if (allowed && !values.every((it) => allowed.includes(it))) {
      found.push(`${name}: ${JSON.stringify(value)} is not allowed`);
    }
  }
  for (const name of ["@timestamp", "ecs.version", "event.kind"]) {
    if (!fields.has(name)) found.push(`${name} is missing`);
  }
  const kinds = known["event.category"].allowed_values;
  for (const category of fields.get("event.category") ?? []) {
    const expected = kinds.find((it) => it.name === category)?.expected_event_types ?? [];
    for (const type of fields.get("event.type") ?? []) {
      if (!expected.includes(type)) found.push(`event.type ${type} does not go with ${category}`);
    }
  }
  return found;
}

// The check itself finds what is wrong.
const good = {
  "@timestamp": "2026-03-05T17:59:13.0390001Z",
  ecs: { version: "9.4.0" },
  event: { kind: "event", category: ["file"], type: ["creation"] },
};
const changed = (change) => change(structuredClone(good));
const bad = [
  changed((row) => ({ ...row, procmon: {} , filename: "a" })),
  changed((row) => ({ ...row, "@timestamp": "5 March" })),
  changed((row) => ({ ...row, source: { ip: "here" } })),
  changed((row) => ({ ...row, process: { pid: "4" } })),
  changed((row) => ({ ...row, event: { ...row.event, category: "file" } })),
  changed((row) => ({ ...row, event: { ...row.event, type: ["end"] } })),
  changed((row) => ({ ...row, event: { ...row.event, kind: "row" } })),
  changed(({ ecs, ...row }) => row),
];
if (faults(good).length > 0 || bad.some((row) => faults(row).length === 0)) {
  throw new Error("the check takes a bad row, or refuses a good one");
}

let rows = 0;
const categories = new Set();
for (const capture of captures) {
  const words = ["events", "-q", "-f", "ecs", "--limit", String(MOST), "--date", "2026-03-05",
    "--date-order", "mdy", "--tz", "+01:00", capture];
  const { stdout, status, stderr } = spawnSync(program, words, { maxBuffer: 1 << 30 });
  if (status !== 0) throw new Error(`${capture}: status ${status}: ${stderr}`);
  for (const line of stdout.toString().split("\n").filter(Boolean)) {
    const row = JSON.parse(line);
    const found = faults(row);
    if (found.length > 0) throw new Error(`${capture}: ${found.join("; ")}\n${line}`);
    for (const category of row.event.category ?? []) categories.add(category);
    rows += 1;
  }
}
for (const category of ["file", "library", "network", "process", "registry"]) {
  if (!categories.has(category)) throw new Error(`no row is of the category ${category}`);
}
if (rows < 2000) throw new Error(`only ${rows} rows`);
console.log(`@elastic/ecs: ${rows} rows keep to the list of ${Object.keys(known).length} fields`);
