// From scrolling to rows, and from time to pixels.
export const ROW = 25;
export const GAP = 20;
export const PAGE = 100000;
export const QUIET = 100;

// Which row is at the top, and which part of its height is above the top edge. Every row has the
// same room in the bar; a row with a gap above it is scrolled past more quickly, so nothing jumps.
export const topOf = (scrollTop, rows) => {
  const exact = Math.max(0, Math.min(scrollTop / ROW, Math.max(rows - 1, 0)));
  const row = Math.floor(exact);
  return { row, part: exact - row };
};

// How far to scroll so that `row` is seen whole. `height` is the room for rows, `lines` the height
// of each row from the top one on; null when it is seen already.
export const scrollFor = (row, top, height, heightOf) => {
  if (row < top.row || (row === top.row && top.part > 0)) return row * ROW;
  let end = -top.part * heightOf(top.row);
  for (let at = top.row; at <= row; at += 1) {
    end += heightOf(at);
    if (end > height && at < row) break;
  }
  if (end <= height) return null;
  // From the row upwards, as many as there is room for.
  let room = height;
  let first = row;
  while (first >= 0 && room >= heightOf(first)) { room -= heightOf(first); first -= 1; }
  return (first + 1) * ROW - (first >= 0 ? room / heightOf(first) * ROW : 0);
};

export const gapBefore = (row, before) => {
  if (!row || !before || row.since == null || before.since == null) return 0;
  const quiet = row.since - before.since;
  return quiet > QUIET ? quiet : 0;
};

// Ticks of an axis between two times in milliseconds: [{at, text}], about one for each 130 pixels.
// `clock` is the time of day of time 0 in milliseconds, or null: then seconds since the beginning.
export const ticks = (from, to, width, clock) => {
  if (!(to > from)) return [];
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 15000, 30000, 60000, 120000, 300000, 600000, 1800000, 3600000, 7200000, 21600000, 86400000];
  const wanted = (to - from) / Math.max(1, width / 130);
  const step = steps.find(it => it >= wanted) || steps.at(-1);
  const offset = clock ?? 0;
  const result = [];
  for (let at = Math.ceil((from + offset) / step) * step; at <= to + offset && result.length < 100; at += step) {
    result.push({ at: at - offset, text: clock == null ? `+${at / 1000} s` : clockText(at, step) });
  }
  return result;
};

const clockText = (ms, step) => {
  const two = number => String(number).padStart(2, '0');
  const day = ((ms % 86400000) + 86400000) % 86400000;
  const text = `${two(Math.floor(day / 3600000))}:${two(Math.floor(day / 60000) % 60)}:${two(Math.floor(day / 1000) % 60)}`;
  return step < 1000 ? `${text}.${String(Math.round(day % 1000)).padStart(3, '0')}` : text;
};

// "18:59:13.0413955", "6:59:13.0413955 PM" or a date before it → milliseconds of the day, or null.
export const clockOf = text => {
  const found = /(?:^|[\sT])(\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d{1,7}))?\s*(AM|PM)?/i.exec(text || '');
  if (!found) return null;
  let hour = +found[1];
  if (found[5]) hour = hour % 12 + (found[5].toUpperCase() === 'PM' ? 12 : 0);
  return ((hour * 60 + +found[2]) * 60 + +found[3]) * 1000 + (found[4] ? +`0.${found[4]}` * 1000 : 0);
};

// A zoom by a factor around a time, within the whole.
export const zoomed = (span, factor, around, whole) => {
  const width = Math.min((span.to - span.from) * factor, whole.to - whole.from);
  const share = (around - span.from) / Math.max(span.to - span.from, 1e-9);
  let from = around - width * Math.min(Math.max(share, 0), 1);
  from = Math.max(whole.from, Math.min(from, whole.to - width));
  return { from, to: from + width };
};
