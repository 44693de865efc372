// Rows that were read, by number, in blocks; the blocks that were used least lately are dropped.
export const BLOCK = 200;

export const makeCache = (most = 60) => {
  let blocks = new Map();
  return {
    clear() { blocks = new Map(); },
    has: block => blocks.has(block),
    // `last` is false for a block that more rows may come to.
    put(block, answer, isWhole) {
      blocks.delete(block);
      blocks.set(block, { answer, isWhole, count: answer.event.length });
      while (blocks.size > most) blocks.delete(blocks.keys().next().value);
    },
    // Row `at` as an object, or null when it was not read.
    row(at) {
      const number = Math.floor(at / BLOCK);
      const block = blocks.get(number);
      const place = at - number * BLOCK;
      if (!block || place >= block.count) return null;
      if (block.rows === undefined) block.rows = [];
      const known = block.rows[place];
      if (known) return known;
      const row = {};
      for (const [name, column] of Object.entries(block.answer)) if (Array.isArray(column) || ArrayBuffer.isView(column)) row[name] = column[place];
      block.rows[place] = row;
      return row;
    },
    // The blocks that are not there or not whole, of rows from `from` to before `to`.
    missing(from, to, rows) {
      const missing = [];
      for (let block = Math.floor(from / BLOCK); block * BLOCK < Math.min(to, rows); block += 1) {
        const it = blocks.get(block);
        const expected = Math.min(BLOCK, rows - block * BLOCK);
        if (!it || (!it.isWhole && it.count < expected)) missing.push(block);
        else { blocks.delete(block); blocks.set(block, it); }
      }
      return missing;
    },
  };
};
