// The worker: hands questions to the WebAssembly, files to it (slices.js), and its messages to the
// page. See PROTOCOL.md. In the packed page, the glue of wasm-bindgen stands before this text.
import { makeSlices } from './slices.js';

let engine = null;
let memory = null;
let next = 1;
let isRunning = false;
const files = new Map();
const saved = new Map();

const slicer = new FileReaderSync();

// Lets go of bytes. Chromium keeps what it has read until it tidies up, and does not do that for the
// memory of buffers alone: some objects of its own make it begin. (`ArrayBuffer.transfer(0)` makes it
// keep the bytes for good.)
const TIDY = 16 * 1024 * 1024;
let untidy = 0;
let junk = null;
const drop = bytes => {
  untidy += bytes.length;
  structuredClone(null, { transfer: [bytes.buffer] });
  if (untidy < TIDY) return;
  untidy = 0;
  for (let count = 0; count < 4000; count += 1) junk = new Array(1000).fill(count);
  junk = null;
};

let slices = null;
// `port` leads to the worker that reads ahead.
const makeOwnSlices = port => {
  slices = makeSlices({
    sizeOf: file => files.get(file).size,
    readSlice: (file, from, to) => new Uint8Array(slicer.readAsArrayBuffer(files.get(file).slice(from, to))),
    drop,
    after: (milliseconds, run) => setTimeout(run, milliseconds),
    reader: port ? {
      open: (key, file, from) => port.postMessage({ what: 'open', key, file: files.get(file), from }),
      give: (key, buffers) => port.postMessage({ what: 'give', key, buffers }, buffers),
      close: key => port.postMessage({ what: 'close', key }),
    } : null,
  });
  if (port) port.onmessage = ({ data }) => slices.arrived(data);
};

// Asked by the WebAssembly. Fills `buffer`, which is its memory, as far as there are bytes.
self.readSlice = (file, offset, buffer) => {
  try {
    return slices.read(file, offset, buffer);
  } catch {
    return -1;
  }
};

// Asked by the WebAssembly: whether a step may go on.
self.isInTime = end => performance.now() < end && !slices.starves();

// How far work has come is told now and then only: each time, the page has something to draw.
const SOME_TIME = 40;
const told = new Map();
const isTooSoon = ({ id, progress }) => {
  const now = performance.now();
  if (!progress) { told.delete(id); return false; }
  if (now - (told.get(id) ?? -SOME_TIME) < SOME_TIME) return true;
  told.set(id, now);
  return false;
};

const send = () => {
  for (let text = engine.takeMessage(); text !== undefined; text = engine.takeMessage()) {
    const bytes = engine.takeBytes();
    const message = JSON.parse(text);
    if (message.chunk) {
      keep(message, bytes);
      continue;
    }
    if (isTooSoon(message)) continue;
    const parts = saved.get(message.id);
    if (parts && (message.answer || message.error)) {
      saved.delete(message.id);
      if (message.answer) message.answer.blob = new Blob([...parts.front, ...parts.next]);
    }
    if (message.answer && typeof message.answer.json === 'string') {
      message.answer.json = new TextEncoder().encode(message.answer.json);
    }
    self.postMessage(message);
  }
};

const keep = ({ id, chunk }, bytes) => {
  const parts = saved.get(id) ?? { front: [], next: [] };
  saved.set(id, parts);
  // A blob can be kept outside of the memory.
  parts[chunk].push(new Blob([bytes]));
};

// Between two steps, the worker takes the questions that have come meanwhile.
const later = new MessageChannel();
const goOn = () => later.port2.postMessage(null);
later.port1.onmessage = () => {
  slices.begin();
  isRunning = engine.step(performance.now() + 30);
  send();
  if (!isRunning) slices.rest();
  else if (slices.starves()) slices.wait(goOn);
  else goOn();
};

const run = () => {
  if (isRunning) return;
  isRunning = true;
  goOn();
};

const ask = ({ id, ...question }) => {
  if (question.ask === 'memory') {
    self.postMessage({ id, answer: { module: memory.buffer.byteLength, windows: slices.held() } });
    return;
  }
  const numbers = [];
  const lengths = [];
  if (question.ask === 'add') {
    for (const { file } of question.files) {
      files.set(next, file);
      numbers.push(next);
      lengths.push(file.size);
      next += 1;
    }
    question.files = question.files.map(({ name, as }) => ({ name, as }));
  }
  engine.ask(id, JSON.stringify(question), new Uint32Array(numbers), new Float64Array(lengths));
  send();
  run();
};

// What comes before the module is there waits.
let early = [];
self.onmessage = async ({ data }) => {
  if (data.ask === 'alone') {
    slices.alone();
    return;
  }
  if (data.ask === 'start') {
    makeOwnSlices(data.reader);
    memory = wasm_bindgen.initSync({ module: new WebAssembly.Module(data.module) }).memory;
    engine = new wasm_bindgen.Engine();
    const waiting = early;
    early = null;
    waiting.forEach(ask);
    return;
  }
  if (early) early.push(data);
  else ask(data);
};
