// What the engine reads of files, by slices and ahead: `node --test crates/web/tests/slices.test.mjs`.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { PART } from '../page/ahead.js';
import { fill, serve } from '../page/reader.js';
import { makeSlices } from '../page/slices.js';

const MIB = 1 << 20;
// Every byte says where it is.
const byteAt = at => (at * 31 + Math.floor(at / 251)) & 255;
const bytesOf = (from, to) => Uint8Array.from({ length: Math.max(0, to - from) }, (_, at) => byteAt(from + at));
const isRight = (buffer, from) => buffer.every((byte, at) => byte === byteAt(from + at));

// A file of the given size. What is asked of the reader is kept, and comes when `bring` is called.
const fake = (size, hasReader = true) => {
  const it = { slices: 0, sliced: 0, opened: 0, later: null, open: new Map(), given: new Map(), closed: [] };
  const reader = {
    open: (key, file, from) => { it.opened += 1; it.open.set(key, from); },
    give: (key, buffers) => it.given.set(key, (it.given.get(key) || 0) + buffers.length),
    close: key => { it.closed.push(key); it.open.delete(key); },
  };
  it.slices = makeSlices({
    sizeOf: () => size,
    readSlice: (file, from, to) => { it.sliced += Math.max(0, Math.min(to, size) - from); return bytesOf(from, Math.min(to, size)); },
    drop: () => {},
    after: (_, run) => { it.later = run; },
    reader: hasReader ? reader : null,
  });
  // One part of each stream that has a buffer for it.
  it.bring = () => {
    for (const [key, from] of it.open) {
      if (!it.given.get(key)) continue;
      const bytes = bytesOf(from, Math.min(size, from + PART));
      it.given.set(key, it.given.get(key) - 1);
      it.open.set(key, from + bytes.length);
      it.slices.arrived({ key, buffer: bytes.buffer, length: bytes.length, isLast: from + bytes.length >= size });
    }
  };
  return it;
};
const readAt = (it, from, length) => {
  const buffer = new Uint8Array(length);
  const count = it.slices.read(1, from, buffer);
  assert.ok(isRight(buffer.subarray(0, count), from), `at ${from}`);
  return count;
};

test('a file that is read from its beginning to its end is read ahead, each byte once', () => {
  const size = 40 * MIB + 5;
  const it = fake(size);
  let waits = 0;
  for (let at = 0; at < size;) {
    it.slices.begin();
    at += readAt(it, at, 100_000);
    while (it.slices.starves()) { waits += 1; it.bring(); }
  }
  assert.ok(waits > 20);
  assert.ok(it.sliced < 3 * MIB, `${it.sliced} bytes came by slices`);
  assert.equal(it.open.size, 0, 'what is at its end is closed');
  assert.equal(readAt(it, size, 10), 0);
});

test('bytes that have not come are read by slices, and what comes later is let go', () => {
  const size = 40 * MIB;
  const it = fake(size);
  // Nobody waits; something comes now and then.
  for (let at = 0, turn = 0; at < size; turn += 1) {
    at += readAt(it, at, 100_000);
    if (turn % 30 === 0) it.bring();
  }
  assert.ok(it.sliced > 10 * MIB);
});

test('large pieces that overlap are there before they are asked for', () => {
  const size = 200 * MIB;
  const it = fake(size);
  const piece = 16 * MIB;
  const behind = 256 << 10;
  for (let at = 0; at < size; at += piece) {
    it.slices.begin();
    // A look at the event with which the next piece begins.
    readAt(it, Math.min(at + piece, size - 52), 52);
    readAt(it, at, Math.min(piece + behind, size - at));
    // The list of the events is somewhere else.
    readAt(it, size - 4 * MIB + at / 64, 300_000);
    for (let turn = 0; it.slices.starves(); turn += 1) {
      assert.ok(turn < 1000, 'more is waited for than there are buffers');
      it.bring();
    }
  }
  assert.ok(it.sliced < 60 * MIB, `${it.sliced} bytes came by slices`);
  assert.ok(it.opened <= 2, `${it.opened} streams for the events and their list`);
});

test('what comes behind the place of the engine does not stand in the way of what is waited for', () => {
  const size = 300 * MIB;
  const it = fake(size);
  let at = 0;
  for (let turn = 0; turn < 1000; turn += 1) at += readAt(it, at, 100_000);
  assert.equal(it.open.size, 1);
  for (let turn = 0; it.slices.starves(); turn += 1) {
    assert.ok(turn < 300, 'it is waited for without an end');
    it.bring();
  }
});

test('what is read here and there, or twice at one place, is not read ahead', () => {
  const it = fake(400 * MIB);
  for (const from of [300, 20, 100, 100, 250, 0]) readAt(it, from * MIB, 17 * MIB);
  for (const from of [7, 300, 100]) readAt(it, from * MIB + 5, 1000);
  assert.equal(it.open.size, 0);
  assert.equal(it.slices.starves(), false);
});

test('two parts of a file, and more than there is room for, are read on side by side', () => {
  const it = fake(400 * MIB);
  const places = [0, 50, 100, 150, 200].map(from => from * MIB);
  for (let turn = 0; turn < 40; turn += 1) {
    for (let at = 0; at < places.length; at += 1) places[at] += readAt(it, places[at], 200_000);
    it.bring();
  }
  assert.ok(it.open.size <= 3);
  it.slices.rest();
  assert.equal(it.open.size, 0);
});

test('who waits goes on when enough has come, and when the reader is gone', () => {
  for (const how of ['bring', 'alone']) {
    const it = fake(40 * MIB);
    let at = 0;
    while (!it.slices.starves()) at += readAt(it, at, 100_000);
    let went = 0;
    it.slices.wait(() => { went += 1; });
    assert.equal(went, 0);
    if (how === 'alone') it.slices.alone();
    else for (let turn = 0; turn < 3; turn += 1) it.bring();
    assert.equal(went, 1, how);
    while (at < 40 * MIB) at += readAt(it, at, 1_000_000);
  }
});

test('where nothing comes, what was waited for is read by slices', () => {
  const it = fake(40 * MIB);
  let at = 0;
  while (!it.slices.starves()) at += readAt(it, at, 100_000);
  let went = 0;
  it.slices.wait(() => { went += 1; });
  // Something came, and is not enough: it is waited for further.
  const [key] = it.open.keys();
  it.slices.arrived({ key, buffer: new ArrayBuffer(0), length: 0, isLast: false });
  it.later();
  assert.equal(went, 0);
  it.later();
  assert.equal(went, 1);
  assert.equal(it.slices.starves(), false);
  assert.deepEqual(it.closed, [key]);
  while (at < 40 * MIB) at += readAt(it, at, 1_000_000);
});

test('without a reader everything comes by slices', () => {
  const it = fake(12 * MIB, false);
  for (let at = 0; at < 12 * MIB;) at += readAt(it, at, 300_000);
  assert.equal(it.slices.starves(), false);
});

// A stream that gives parts of odd lengths; `type` is 'bytes' or undefined, as browsers have them.
const streamOf = (size, type) => {
  let at = 0;
  return new ReadableStream({
    type,
    pull(controller) {
      if (at >= size) { controller.close(); controller.byobRequest?.respond(0); return; }
      const to = Math.min(size, at + 70_001);
      if (controller.byobRequest) {
        const { view } = controller.byobRequest;
        const part = bytesOf(at, Math.min(to, at + view.byteLength));
        view.set(part);
        at += part.length;
        controller.byobRequest.respond(part.length);
        return;
      }
      controller.enqueue(bytesOf(at, to));
      at = to;
    },
  });
};

test('the reader fills every buffer, whichever kind of stream a browser has', async () => {
  for (const type of ['bytes', undefined]) {
    for (const size of [0, 1, 100_000, 300_000, 1_000_000]) {
      let place = 0;
      let wasLast = false;
      await fill(streamOf(size, type), async () => new ArrayBuffer(100_000), (buffer, length, isLast) => {
        assert.ok(!wasLast);
        assert.ok(isLast || length === 100_000, 'a buffer before the last is full');
        assert.ok(isRight(new Uint8Array(buffer, 0, length), place));
        place += length;
        wasLast = isLast;
      });
      assert.equal(place, size, `${type}`);
      assert.ok(wasLast);
    }
  }
});

test('the reader stops when it is told to, and says when it cannot read', async () => {
  const messages = [];
  let told = () => {};
  const port = { postMessage: message => { messages.push(message); told(); } };
  serve(port);
  const ask = data => port.onmessage({ data });
  const next = () => new Promise(done => { told = done; });
  const file = new Blob([bytesOf(0, 500_000)]);
  ask({ what: 'open', key: 1, file, from: 100_000 });
  let came = next();
  ask({ what: 'give', key: 1, buffers: [new ArrayBuffer(150_000)] });
  await came;
  assert.deepEqual([messages[0].key, messages[0].length, messages[0].isLast], [1, 150_000, false]);
  assert.ok(isRight(new Uint8Array(messages[0].buffer), 100_000));
  ask({ what: 'close', key: 1 });
  ask({ what: 'give', key: 1, buffers: [new ArrayBuffer(150_000)] });
  const broken = { slice: () => ({ stream: () => new ReadableStream({ pull(controller) { controller.error(new Error('gone')); } }) }) };
  came = next();
  ask({ what: 'open', key: 2, file: broken, from: 0 });
  ask({ what: 'give', key: 2, buffers: [new ArrayBuffer(10)] });
  await came;
  assert.deepEqual(messages.slice(1).map(it => [it.key, it.length, it.isLast]), [[2, 0, true]]);
});
