// The bytes of files, as the engine asks for them: by slices where it reads here and there; where it reads on and on, another
// worker reads ahead (ahead.js).
import { KEPT, PART, makeAhead } from './ahead.js';

// How many bytes of a file are read together: more, the longer they are read one after the other.
const LEAST = 256 << 10;
const MOST = 4 << 20;
// So much is read in at least two parts before another worker reads on, and only where so much is left.
const LONG = 1 << 20;
const REST = 8 << 20;
const MOST_AHEAD = 3;
const PATIENCE = 2000;

// `sizeOf(file)`, `readSlice(file, from, to)`: a Uint8Array, at once. `drop(bytes)`: they are not needed any more. `reader` has
// `open(key, file, from)`, `give(key, buffers)` and `close(key)`, or is null. `after(milliseconds, run)` runs something later.
export const makeSlices = ({ sizeOf, readSlice, drop, reader, after }) => {
  // What was read last, of one file at a time in each of some windows: events and lists of a native log are read in turn.
  const windows = [];
  const runs = [];
  const aheads = new Map();
  let next = 1;
  let current = null;
  let wake = null;
  let arrivals = 0;

  const close = key => { aheads.delete(key); reader.close(key); };
  const begin = (file, from, length) => {
    if (aheads.size >= MOST_AHEAD) close(aheads.keys().next().value);
    const key = next;
    next += 1;
    reader.open(key, file, from);
    current = makeAhead(file, from, length, count => reader.give(key, Array.from({ length: count }, () => new ArrayBuffer(PART))));
    aheads.set(key, current);
  };

  const giveBack = (key, buffers) => { if (buffers.length) reader.give(key, buffers); };

  const nearOf = (file, at) => {
    for (const [key, ahead] of aheads) if (ahead.file === file && ahead.isNear(at)) return { key, ahead };
    return null;
  };

  // Notes what was read by slices, all at once; where reading goes on and on, another worker is asked to read on. What is read
  // next can begin a little before that.
  const note = (file, from, to) => {
    if (!reader || nearOf(file, from)) return;
    let at = runs.findIndex(it => it.file === file && from <= it.end && from >= it.end - KEPT);
    if (at < 0) {
      if (runs.length > 3) runs.shift();
      at = runs.push({ file, end: from, bytes: 0, times: 0 }) - 1;
    }
    const run = runs[at];
    run.bytes += to - from;
    run.times += 1;
    run.end = Math.max(run.end, to);
    if (run.times < 2 || run.bytes < LONG || sizeOf(file) - run.end < REST) return;
    runs.splice(at, 1);
    begin(file, Math.max(0, run.end - KEPT), to - from);
  };

  const windowAt = (file, offset, near) => {
    const known = windows.find(own => own.file === file && offset >= own.from && offset < own.from + own.bytes.length);
    if (known) return known;
    const before = windows.find(own => own.file === file && offset === own.from + own.bytes.length);
    const length = before && !near ? Math.min(before.length * 4, MOST) : LEAST;
    const made = { file, from: offset, length, bytes: readSlice(file, offset, offset + length) };
    if (before) drop(...windows.splice(windows.indexOf(before), 1).map(own => own.bytes));
    else if (windows.length > 3) drop(windows.shift().bytes);
    windows.push(made);
    note(file, offset, offset + made.bytes.length);
    return made;
  };

  // Fills a buffer as far as there are bytes; how many.
  const read = (file, offset, buffer) => {
    let done = 0;
    let isAhead = false;
    while (done < buffer.length) {
      const at = offset + done;
      const near = nearOf(file, at);
      const count = near ? near.ahead.take(at, buffer.subarray(done)) : 0;
      if (near) { current = near.ahead; isAhead = true; }
      if (count) {
        done += count;
      } else if (buffer.length >= MOST) {
        // Much at once goes where it belongs, and is not kept here. In parts, because what a browser has read stays in memory for
        // some time.
        const bytes = readSlice(file, at, at + Math.min(MOST, buffer.length - done));
        if (bytes.length === 0) break;
        buffer.set(bytes, done);
        done += bytes.length;
        drop(bytes);
      } else {
        const { from, bytes } = windowAt(file, at, near);
        if (bytes.length === 0) break;
        const start = at - from;
        const part = bytes.subarray(start, start + buffer.length - done);
        buffer.set(part, done);
        done += part.length;
      }
      if (near) {
        const free = near.ahead.moved(offset, offset + done, buffer.length);
        if (near.ahead.isOver()) close(near.key);
        else giveBack(near.key, free);
      }
    }
    if (buffer.length >= MOST && !isAhead) note(file, offset, offset + done);
    return done;
  };

  return {
    read,
    // Whether what was read last should wait for more.
    starves: () => current !== null && current.starves(),
    // Begins a step: nothing was read in it.
    begin: () => { current = null; },
    // Calls `go` once there is enough, or nothing has come for a while: then what is waited for is read by slices.
    wait(go) {
      wake = go;
      const before = arrivals;
      after(PATIENCE, () => {
        if (wake !== go) return;
        if (arrivals !== before) { this.wait(go); return; }
        for (const [key, ahead] of aheads) if (ahead === current) close(key);
        current = null;
        wake = null;
        go();
      });
    },
    // What the reader says. `end` is where nothing more comes.
    arrived({ key, buffer, length, isLast }) {
      arrivals += 1;
      const ahead = aheads.get(key);
      if (ahead) giveBack(key, ahead.arrived(buffer, length, isLast));
      if (wake && (current === null || !current.starves())) { const go = wake; wake = null; go(); }
    },
    // Nothing is read on any more.
    rest() { for (const key of [...aheads.keys()]) close(key); current = null; },
    // The reader is gone.
    alone() {
      reader = null;
      aheads.clear();
      current = null;
      if (wake) { const go = wake; wake = null; go(); }
    },
    held: () => windows.reduce((sum, own) => sum + own.bytes.length, 0) + [...aheads.values()].reduce((sum, it) => sum + it.held(), 0),
  };
};
