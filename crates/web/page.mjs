// Puts the page together: `node page.mjs MODULE GLUE OUTPUT`, where MODULE is the WebAssembly and
// GLUE the script that wasm-bindgen makes for it. One script, named by its hash in the policy; see PROTOCOL.md.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { deflateSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const STYLES = ['tokens', 'page', 'drawing', 'pair', 'compare', 'explanation'];
const IMPORT = /^import \{ [\w, ]+ \} from '(\.{1,2}\/[\w./-]+\.js)';$/;

// The text of a module behind those that it imports, each once.
export const oneScript = entry => {
  const seen = new Set();
  const names = new Map();
  const lines = [];
  const add = path => {
    if (seen.has(path)) return;
    seen.add(path);
    const own = [];
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      if (line.startsWith('import ')) {
        const found = IMPORT.exec(line);
        if (!found) throw new Error(`${path}: an import of another form: ${line}`);
        add(resolve(dirname(path), found[1]));
        continue;
      }
      const text = line.replace(/^export (?=const )/, '');
      if (text.startsWith('export ')) throw new Error(`${path}: an export of another form: ${line}`);
      const name = /^(?:const|let|function|class) (\w+)/.exec(text);
      if (name) {
        if (names.has(name[1])) throw new Error(`${name[1]} is in ${names.get(name[1])} and in ${path}`);
        names.set(name[1], path);
      }
      own.push(text);
    }
    lines.push(own.join('\n').trimEnd());
  };
  add(resolve(entry));
  return `'use strict';\n(() => {\n${lines.join('\n')}\n})();\n`;
};

// The page of a module (bytes) and its glue (text).
export const assemble = (module, glue) => {
  const script = oneScript(join(here, 'page/viewer.js'));
  const worker = `${glue}\n${oneScript(join(here, 'page/worker.js'))}`;
  const reader = oneScript(join(here, 'page/reader.js'));
  if (/<\/script|<!--/i.test(script + worker + reader)) throw new Error('a script has an end of a script in it');
  const hash = createHash('sha256').update(script).digest('base64');
  const styles = [...STYLES.map(name => join(here, `../html/web/${name}.css`)), join(here, 'page/viewer.css')];
  // The page can be dark where the system is light.
  const styleOf = path => {
    const text = readFileSync(path, 'utf8');
    const dark = /@media \(prefers-color-scheme:dark\)\{:root:not\(\[data-theme=light\]\)(\{[^}]*\})/.exec(text);
    return dark ? `${text}:root[data-theme=dark]${dark[1]}\n` : text;
  };
  const parts = {
    policy: `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-${hash}' 'wasm-unsafe-eval'; style-src 'unsafe-inline'; worker-src blob:; connect-src 'none'; base-uri 'none'; form-action 'none'">`,
    style: `<style>\n${styles.map(styleOf).join('')}</style>`,
    script: `<script type="text/plain" id="v-module">${deflateSync(module, { level: 9 }).toString('base64')}</script>\n<script type="text/plain" id="v-worker">${worker}</script>\n<script type="text/plain" id="v-reader">${reader}</script>\n<script>${script}</script>`,
  };
  return readFileSync(join(here, 'page/index.html'), 'utf8').replace(/^<!-- (policy|style|script) -->$/gm, (_, part) => parts[part]);
};

if (process.argv[1] && import.meta.url === pathToFileURL(resolve(process.argv[1])).href) {
  const [module, glue, output] = process.argv.slice(2);
  writeFileSync(output, assemble(readFileSync(module), readFileSync(glue, 'utf8')));
}
