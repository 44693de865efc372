// The worker: hands questions to the WebAssembly, files to it by slices, and its messages to the
// page. See PROTOCOL.md. In the packed page, the glue of wasm-bindgen stands before this text.

let engine = null;
let memory = null;
let next = 1;
let isRunning = false;
const files = new Map();
const saved = new Map();

// How many bytes of a file are read together: more, the longer they are read one after the other.
const LEAST = 256 * 1024;
const MOST = 4 * 1024 * 1024;
const reader = new FileReaderSync();

// The bytes that were read last, of one file at a time in each of two windows: events and lists of
// a native log are read in turn.
const windows = [];

// Lets go of bytes. Chromium keeps what it has read until it tidies up, and does not do that for the
// memory of buffers alone: some objects of its own make it begin. (`ArrayBuffer.transfer(0)` makes it
// keep the bytes for good.)
const TIDY = 16 * 1024 * 1024;
let untidy = 0;
let junk = null;
const drop = ({ bytes }) => {
  untidy += bytes.length;
  structuredClone(null, { transfer: [bytes.buffer] });
  if (untidy < TIDY) return;
  untidy = 0;
  for (let count = 0; count < 4000; count += 1) junk = new Array(1000).fill(count);
  junk = null;
};

const windowAt = (file, offset) => {
  const known = windows.find(own => own.file === file && offset >= own.from && offset < own.from + own.bytes.length);
  if (known) return known;
  const before = windows.find(own => own.file === file && offset === own.from + own.bytes.length);
  const length = before ? Math.min(before.length * 4, MOST) : LEAST;
  const slice = files.get(file).slice(offset, offset + length);
  const made = { file, from: offset, length, bytes: new Uint8Array(reader.readAsArrayBuffer(slice)) };
  if (before) drop(...windows.splice(windows.indexOf(before), 1));
  else if (windows.length > 3) drop(windows.shift());
  windows.push(made);
  return made;
};

// Asked by the WebAssembly. Fills `buffer`, which is its memory, as far as there are bytes.
self.readSlice = (file, offset, buffer) => {
  try {
    let done = 0;
    while (done < buffer.length) {
      // Much at once goes where it belongs, and is not kept here. In parts, because what a browser
      // has read stays in memory for some time.
      if (buffer.length - done >= MOST) {
        const slice = files.get(file).slice(offset + done, offset + done + MOST);
        const bytes = new Uint8Array(reader.readAsArrayBuffer(slice));
        if (bytes.length === 0) break;
        buffer.set(bytes, done);
        done += bytes.length;
        drop({ bytes });
        continue;
      }
      const { from, bytes } = windowAt(file, offset + done);
      if (bytes.length === 0) break;
      const start = offset + done - from;
      const part = bytes.subarray(start, start + buffer.length - done);
      buffer.set(part, done);
      done += part.length;
    }
    return done;
  } catch {
    return -1;
  }
};

const send = () => {
  for (let text = engine.takeMessage(); text !== undefined; text = engine.takeMessage()) {
    const bytes = engine.takeBytes();
    const message = JSON.parse(text);
    if (message.chunk) {
      keep(message, bytes);
      continue;
    }
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
later.port1.onmessage = () => {
  isRunning = engine.step(30);
  send();
  if (isRunning) later.port2.postMessage(null);
};

const run = () => {
  if (isRunning) return;
  isRunning = true;
  later.port2.postMessage(null);
};

const ask = ({ id, ...question }) => {
  if (question.ask === 'memory') {
    const held = windows.reduce((sum, own) => sum + own.bytes.length, 0);
    self.postMessage({ id, answer: { module: memory.buffer.byteLength, windows: held } });
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
  if (data.ask === 'start') {
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
