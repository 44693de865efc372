// The strip of time: how many events when, the evidence, and the part that was chosen.
import { make } from './dom.js';
import { ticks, zoomed } from './scale.js';
import { thousands, timeSpan } from './text.js';

// `source.density(bins, from, to)` → {from, to, bins}; `source.choose(from, to)` filters the rows
// to a time (null: all of it); `source.go(event)` goes to an event.
export const makeStrip = (root, source) => {
  const canvas = make('canvas', { 'aria-hidden': 'true' });
  root.replaceChildren(canvas);
  const state = { whole: null, span: null, density: null, marks: [], clock: null, brush: null, chosen: null, asked: 0 };
  const height = 62;
  const side = 16;

  const xOf = (at, width) => side + (at - state.span.from) / Math.max(state.span.to - state.span.from, 1e-9) * (width - 2 * side);
  const timeAt = x => state.span.from + Math.max(0, Math.min(1, (x - side) / (root.clientWidth - 2 * side))) * (state.span.to - state.span.from);

  const draw = () => {
    const width = root.clientWidth;
    if (!width || !state.span) return;
    const scale = devicePixelRatio || 1;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.style.height = `${height}px`;
    const ink = canvas.getContext('2d');
    ink.scale(scale, scale);
    const style = getComputedStyle(root);
    const colour = name => style.getPropertyValue(name).trim();
    const base = height - 18;
    const part = state.brush || state.chosen;
    if (part) {
      ink.fillStyle = colour('--note-bg');
      const [left, right] = [xOf(part.from, width), xOf(part.to, width)];
      ink.fillRect(left, 0, right - left, base);
      ink.fillStyle = colour('--link');
      ink.fillRect(left, 0, 1, base);
      ink.fillRect(right, 0, 1, base);
    }
    if (state.density) {
      const { bins, from, to, some } = state.density;
      let most = 1;
      for (const count of bins) if (count > most) most = count;
      ink.fillStyle = colour('--den');
      for (let at = 0; at < bins.length; at += 1) {
        if (!bins[at]) continue;
        const left = xOf(from + (to - from) * at / bins.length, width);
        const right = xOf(from + (to - from) * (at + 1) / bins.length, width);
        const tall = Math.max(1.5, Math.sqrt(bins[at] / most) * (base - 14));
        ink.fillRect(left, base - tall, Math.max(1, right - left - 0.5), tall);
        if (some && some[at]) {
          const part = Math.max(1.5, Math.sqrt(some[at] / most) * (base - 14));
          ink.fillStyle = colour('--den2');
          ink.fillRect(left, base - part, Math.max(1, right - left - 0.5), part);
          ink.fillStyle = colour('--den');
        }
      }
    }
    ink.fillStyle = colour('--rule2');
    ink.fillRect(side, base, width - 2 * side, 1);
    ink.font = `11.5px ${colour('--sans')}`;
    ink.textAlign = 'center';
    ink.fillStyle = colour('--ink2');
    for (const tick of ticks(state.span.from, state.span.to, width, state.clock)) {
      const x = xOf(tick.at, width);
      if (x > side + 24 && x < width - side - 24) { ink.fillText(tick.text, x, height - 4); ink.fillRect(x, base, 1, 3); }
    }
    ink.fillStyle = colour('--bad');
    for (const mark of state.marks) {
      if (mark.at < state.span.from || mark.at > state.span.to) continue;
      const x = xOf(mark.at, width);
      ink.fillRect(x - 0.5, 6, 1.2, base - 6);
      ink.beginPath();
      ink.moveTo(x, 1); ink.lineTo(x + 5, 6); ink.lineTo(x, 11); ink.lineTo(x - 5, 6);
      ink.fill();
    }
  };

  const tell = () => {
    const shown = state.chosen || state.span;
    root.setAttribute('aria-valuemin', '0');
    root.setAttribute('aria-valuemax', String(Math.round(state.whole.to - state.whole.from)));
    root.setAttribute('aria-valuenow', String(Math.round(shown.from - state.whole.from)));
    root.setAttribute('aria-valuetext', `${timeSpan(shown.to - shown.from)} shown, from ${timeSpan(shown.from - state.whole.from)} after the first event; evidence at ${thousands(state.marks.length)} places`);
  };

  const read = async () => {
    if (!root.clientWidth) return;
    state.asked += 1;
    const asked = state.asked;
    const bins = Math.max(60, Math.min(600, Math.floor((root.clientWidth - 2 * side) / 3)));
    const density = await source.density(bins, state.whole ? state.span.from : null, state.whole ? state.span.to : null).catch(() => null);
    if (asked !== state.asked || !density) return;
    if (!state.whole) {
      if (!(density.to > density.from)) { root.hidden = true; return; }
      state.whole = { from: density.from, to: density.to };
      state.span = { ...state.whole };
    }
    state.density = density;
    tell();
    draw();
  };

  const zoom = (factor, around) => {
    if (!state.whole) return;
    const middle = around ?? (state.chosen ? (state.chosen.from + state.chosen.to) / 2 : state.marks.length ? state.marks[0].at : (state.span.from + state.span.to) / 2);
    if (state.span.to - state.span.from < 0.01 && factor < 1) return;
    state.span = zoomed(state.span, factor, middle, state.whole);
    draw();
    read();
  };

  let begun = null;
  root.addEventListener('pointerdown', event => {
    if (!state.span || event.button !== 0) return;
    const x = event.offsetX;
    const mark = state.marks.find(it => Math.abs(xOf(it.at, root.clientWidth) - x) < 7 && event.offsetY < 16);
    if (mark) { source.go(mark.event); return; }
    begun = x;
    root.setPointerCapture(event.pointerId);
  });
  root.addEventListener('pointermove', event => {
    if (begun === null) return;
    const [from, to] = [timeAt(begun), timeAt(event.offsetX)].sort((one, other) => one - other);
    state.brush = { from, to };
    draw();
  });
  const end = event => {
    if (begun === null) return;
    const wide = Math.abs(event.offsetX - begun) > 3;
    begun = null;
    const { brush } = state;
    state.brush = null;
    state.chosen = wide && brush ? brush : null;
    draw();
    tell();
    source.choose(state.chosen);
  };
  root.addEventListener('pointerup', end);
  root.addEventListener('pointercancel', () => { begun = null; state.brush = null; draw(); });
  root.addEventListener('wheel', event => {
    if (!event.ctrlKey && Math.abs(event.deltaY) > Math.abs(event.deltaX) && state.whole) {
      event.preventDefault();
      zoom(event.deltaY > 0 ? 1.3 : 1 / 1.3, timeAt(event.offsetX));
    }
  }, { passive: false });
  root.addEventListener('keydown', event => {
    if (event.ctrlKey || event.altKey || event.metaKey || !state.span) return;
    const width = state.span.to - state.span.from;
    const move = by => { state.span = zoomed({ from: state.span.from + by, to: state.span.to + by }, 1, state.span.from + by, state.whole); draw(); read(); tell(); };
    if (event.key === '+') zoom(0.5);
    else if (event.key === '-') zoom(2);
    else if (event.key === '0') zoom(Infinity);
    else if (event.key === 'ArrowLeft') move(-width / 10);
    else if (event.key === 'ArrowRight') move(width / 10);
    else if (event.key === 'Enter') { state.chosen = { ...state.span }; draw(); tell(); source.choose(state.chosen); }
    else if (event.key === 'Escape') { state.chosen = null; draw(); tell(); source.choose(null); }
    else return;
    event.preventDefault();
  });
  new ResizeObserver(() => { draw(); }).observe(root);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);

  return {
    reset() { Object.assign(state, { whole: null, span: null, density: null, marks: [], chosen: null }); root.hidden = false; },
    read,
    zoom,
    all() { if (state.whole) { state.span = { ...state.whole }; draw(); read(); } },
    // Evidence as {event, at}; the time of day of time 0.
    mark(marks, clock) { state.marks = marks; state.clock = clock; if (state.whole) { tell(); draw(); } },
    unchoose() { state.chosen = null; draw(); },
  };
};
