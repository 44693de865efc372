// Texts and numbers as they are shown.

// Control characters, those that turn the direction of writing, and those without width, are
// written out, as on every page of procmonkey.
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;
export const visible = text => String(text).replace(HIDDEN, letter => `\\u{${letter.codePointAt(0).toString(16)}}`);

export const thousands = number => String(number).replace(/\B(?=(\d{3})+$)/g, ',');

export const counted = (number, one, many) => `${thousands(number)} ${number === 1 ? one : many}`;

// 1234567 → "1.2 MB"; a thousand is a thousand.
export const byteCount = bytes => {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let at = 0;
  while (bytes >= 999.95 && at < units.length - 1) { bytes /= 1000; at += 1; }
  return `${at && bytes < 99.95 ? bytes.toFixed(1) : Math.round(bytes)} ${units[at]}`;
};

// Milliseconds → "187 ms", "6.3 s", "2 min 5 s".
export const timeSpan = ms => {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  if (hours) return `${hours} h ${minutes} min`;
  return `${minutes} min ${seconds % 60} s`;
};

// A row as Procmon writes it to CSV: every cell in quotes.
export const csvRow = cells => cells.map(cell => `"${String(cell ?? '').replaceAll('"', '""')}"`).join(',');

// Text that is too long for a line loses its middle; `most` counts characters.
export const middleCut = (text, most) => {
  const letters = [...text];
  if (letters.length <= most) return text;
  const end = Math.ceil((most - 1) * 0.6);
  return `${letters.slice(0, most - 1 - end).join('')}…${letters.slice(letters.length - end).join('')}`;
};
