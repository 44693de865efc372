// The worker that reads files ahead of the engine. It fills the buffers that it is given, and hands them over.

// Fills buffers from `stream` until it ends. `take` gives the next one, or null to stop; `put(buffer, length, isLast)` gets it.
export const fill = async (stream, take, put) => {
  let own = true;
  let source;
  // A reader of this kind writes where it is told to, without memory of its own.
  try { source = stream.getReader({ mode: 'byob' }); } catch { source = stream.getReader(); own = false; }
  let left = null;
  for (let isLast = false; !isLast;) {
    let buffer = await take();
    if (!buffer) break;
    const size = buffer.byteLength;
    let length = 0;
    while (length < size && !isLast) {
      if (own) {
        const { value, done } = await source.read(new Uint8Array(buffer, length));
        isLast = done;
        if (!value) { buffer = new ArrayBuffer(0); break; }
        buffer = value.buffer;
        length += value.byteLength;
        continue;
      }
      if (!left || !left.length) {
        const { value, done } = await source.read();
        isLast = done;
        if (done) break;
        left = value;
      }
      const part = left.subarray(0, size - length);
      new Uint8Array(buffer).set(part, length);
      length += part.length;
      left = left.subarray(part.length);
    }
    put(buffer, length, isLast);
  }
  await source.cancel().catch(() => {});
};

const running = new Map();

const begin = (port, { key, file, from }) => {
  const it = { spare: [], wake: null, isClosed: false };
  running.set(key, it);
  const take = async () => {
    while (!it.spare.length && !it.isClosed) await new Promise(done => { it.wake = done; });
    return it.isClosed ? null : it.spare.pop();
  };
  const put = (buffer, length, isLast) => port.postMessage({ key, buffer, length, isLast }, [buffer]);
  // What cannot be read here is asked for by the engine itself, which then says so.
  fill(file.slice(from).stream(), take, put).catch(() => port.postMessage({ key, buffer: null, length: 0, isLast: true }));
};

const rouse = it => { const go = it.wake; it.wake = null; if (go) go(); };

export const serve = port => {
  port.onmessage = ({ data }) => {
    const { key, what, buffers } = data;
    if (what === 'open') begin(port, data);
    const it = running.get(key);
    if (!it) return;
    if (what === 'give') it.spare.push(...buffers);
    if (what === 'close') { it.isClosed = true; running.delete(key); }
    rouse(it);
  };
};

if (typeof WorkerGlobalScope !== 'undefined') self.onmessage = ({ data }) => serve(data.port);
