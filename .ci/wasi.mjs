// Runs a test program of WebAssembly: node wasi.mjs PROGRAM [ARGUMENT…].
import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';

const [path, ...rest] = process.argv.slice(2);
const wasi = new WASI({ version: 'preview1', args: [path, ...rest], env: {} });
const { instance } = await WebAssembly.instantiate(readFileSync(path), wasi.getImportObject());
process.exitCode = wasi.start(instance);
