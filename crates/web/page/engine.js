// The worker and its questions. See PROTOCOL.md.

// `module` is the WebAssembly in base64, packed by deflate; `worker` is the script of the worker, `reader` that of the one that
// reads ahead for it.
export const startEngine = async (module, worker, reader) => {
  const bytes = await unpack(module);
  const start = script => new Worker(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })));
  const running = start(worker);
  const { port1, port2 } = new MessageChannel();
  const helper = start(reader);
  helper.postMessage({ port: port1 }, [port1]);
  // Without it, the worker reads by itself.
  helper.onerror = event => { event.preventDefault(); running.postMessage({ ask: 'alone' }); };
  return speakWith(running, bytes, port2);
};

const bytesOf = text => {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const packed = atob(text);
  const bytes = new Uint8Array(packed.length);
  for (let at = 0; at < packed.length; at += 1) bytes[at] = packed.charCodeAt(at);
  return bytes;
};

const unpack = async text => {
  const stream = new Blob([bytesOf(text.trim())]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Response(stream).arrayBuffer();
};

// Questions and answers over anything that has postMessage and onmessage. A worker that dies
// rejects all that it still owes.
export const speakWith = (port, module, reader) => {
  const owed = new Map();
  let next = 1;
  let dead = null;
  port.onmessage = ({ data }) => {
    const job = owed.get(data.id);
    if (!job) return;
    if ('progress' in data) {
      if (job.promise.onprogress) job.promise.onprogress(data.progress);
      return;
    }
    owed.delete(data.id);
    if (data.error) job.reject(new Error(data.error.message));
    else job.resolve(data.answer);
  };
  port.onerror = event => {
    dead = new Error(`The part that reads captures has stopped: ${event.message || 'out of memory'}. Open the page again.`);
    for (const job of owed.values()) job.reject(dead);
    owed.clear();
  };
  if (module !== undefined) port.postMessage({ id: 0, ask: 'start', module, reader }, [module, reader]);
  return {
    ask(ask, parts) {
      const id = next;
      next += 1;
      let take;
      const promise = new Promise((resolve, reject) => { take = { resolve, reject }; });
      promise.id = id;
      if (dead) take.reject(dead);
      else {
        owed.set(id, { promise, ...take });
        port.postMessage({ id, ask, ...parts });
      }
      return promise;
    },
  };
};
