// A part of a file that another worker reads ahead of the engine, from one place on to the end.

// How many bytes come together.
export const PART = 1 << 20;
// What has been taken is kept for this many bytes: pieces of a native log overlap.
export const KEPT = 512 << 10;

// `length` is how much is read in one go. `give` hands out empty buffers, so many of them, for what comes next.
export const makeAhead = (file, from, length, give) => {
  let parts = [];
  let end = from;
  let place = from;
  let isDone = false;
  // How much has to be there, and how many buffers there are for it.
  let wanted = Math.max(PART, length);
  let buffers = 0;
  const grow = () => {
    const enough = Math.ceil((2 * wanted + KEPT) / PART) + 4;
    if (enough > buffers) give(enough - buffers);
    buffers = Math.max(buffers, enough);
  };
  grow();
  // The buffers that nobody needs any more.
  const free = () => {
    const isOver = part => part.from + part.bytes.length <= place - KEPT;
    const over = parts.filter(isOver);
    if (over.length) parts = parts.filter(part => !isOver(part));
    return over.map(part => part.bytes.buffer);
  };
  return {
    file,
    // Whether what is read at a place belongs to this: it was taken just now, comes next, or will soon.
    isNear: at => at >= from && at >= place - KEPT && at <= Math.max(end, place) + 2 * PART,
    // Copies what there is from a place on. How many bytes.
    take(at, buffer) {
      let done = 0;
      for (const part of parts) {
        const start = at + done - part.from;
        if (start < 0 || start >= part.bytes.length) continue;
        const bytes = part.bytes.subarray(start, start + buffer.length - done);
        buffer.set(bytes, done);
        done += bytes.length;
      }
      return done;
    },
    // The engine has read from one place to another, so many bytes at once. Gives back the buffers that are free. A look at what
    // comes later moves nothing.
    moved(begin, to, count) {
      if (begin > place + KEPT) return [];
      place = Math.max(place, to);
      if (count > wanted) { wanted = count; grow(); }
      return free();
    },
    // `buffer` has the bytes that follow, `count` of them; `isLast` where no more will come. Gives back free buffers, too.
    arrived(buffer, count, isLast) {
      if (count) parts.push({ from: end, bytes: new Uint8Array(buffer, 0, count) });
      end += count;
      isDone ||= isLast;
      return free();
    },
    // Whether the engine should wait for more.
    starves: () => !isDone && end - place < wanted + (wanted >> 4),
    isOver: () => isDone && place >= end,
    held: () => buffers * PART,
  };
};
