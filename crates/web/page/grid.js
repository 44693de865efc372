// The rows of a view: only those that are seen are in the page. They are read by number from the
// engine as they come into view.
import { BLOCK, makeCache } from './cache.js';
import { make, shown } from './dom.js';
import { pathParts } from './path.js';
import { GAP, PAGE, ROW, gapBefore, scrollFor, topOf } from './scale.js';
import { counted, thousands, timeSpan } from './text.js';

// [name in the answer of the engine, head, column of Procmon]
export const COLUMNS = [
  ['event', 'Event', null], ['time', 'Time', 'Time of Day'], ['process', 'Process', 'Process Name'],
  ['tid', 'TID', 'TID'], ['operation', 'Operation', 'Operation'], ['path', 'Path', 'Path'],
  ['result', 'Result', 'Result'], ['detail', 'Detail', 'Detail'],
];

// `source.rows(from, count)` asks for rows; `source.evidence(event)` gives the signatures that an
// event is evidence of; `source.failed(event)` whether the report flags its result.
export const makeGrid = (root, source) => {
  const cache = makeCache();
  const state = { rows: 0, first: 0, row: 0, cell: 0, generation: 0, complete: true, top: { row: 0, part: 0 } };
  const heads = make('div', { class: 'v-row v-heads', role: 'row' }, COLUMNS.map(([name, head]) => make('div', { role: 'columnheader', class: `v-c-${name}` }, head)));
  const layer = make('div', { class: 'v-layer', role: 'rowgroup' });
  const sizer = make('div', { class: 'v-sizer', role: 'presentation' }, layer);
  const table = make('div', { class: 'v-scroll', role: 'grid', tabindex: '0', 'aria-label': 'Events', 'aria-colcount': COLUMNS.length }, heads, sizer);
  const pager = make('div', { class: 'v-pager', hidden: true });
  const none = make('p', { class: 'v-none', hidden: true });
  root.replaceChildren(table, none, pager);

  const onPage = () => Math.max(0, Math.min(PAGE, state.rows - state.first));
  // The height for rows, measured where it changes: to ask for it would make the browser lay the page out at once.
  let height = 0;
  const measure = () => { height = table.clientHeight - heads.offsetHeight; };
  const room = () => { if (height <= 0) measure(); return Math.max(ROW, height); };
  const rowAt = at => cache.row(state.first + at);
  const heightOf = at => (at > 0 && gapBefore(rowAt(at), rowAt(at - 1)) ? ROW + GAP : ROW);

  const fetchBlocks = (from, to) => {
    const generation = state.generation;
    for (const block of cache.missing(state.first + Math.max(0, from), state.first + to, state.rows)) {
      const key = `${generation}:${block}:${Math.min(BLOCK, state.rows - block * BLOCK)}`;
      if (state.asked.has(key)) continue;
      state.asked.add(key);
      source.rows(block * BLOCK, BLOCK).then(answer => {
        if (generation !== state.generation) return;
        cache.put(block, answer, answer.event.length === BLOCK);
        schedule();
      }, error => { if (generation === state.generation) source.fault(error); }).finally(() => state.asked.delete(key));
    }
  };

  const pathCell = row => pathParts(row.path, source.signs()).map(part => {
    if (part.kind === 'guid') return source.guidSign(part);
    return make('span', part.kind === 'folder' ? { class: 'v-dim' } : null, shown(part.text));
  });

  const cellOf = (row, [name], at, line) => {
    const value = row[name];
    const cell = make('div', { role: 'gridcell', class: `v-c-${name}`, id: `v-cell-${line}-${at}`, 'aria-colindex': at + 1 });
    if (value === null || value === undefined) return cell;
    if (name === 'event') {
      cell.append(thousands(value));
      const of = source.evidence(value);
      if (of) cell.append(make('span', { class: 'vh' }, ` evidence of ${of}`));
    } else if (name === 'path' && value) cell.append(...pathCell(row));
    else if (name === 'result' && source.failed(row.event)) cell.append(make('b', { class: 'fail' }, shown(value)));
    else cell.append(shown(value.length > 300 ? `${value.slice(0, 300)}…` : value));
    return cell;
  };

  const lineOf = (at, row) => {
    const isSelected = at === state.row;
    const line = make('div', { role: 'row', class: 'v-row', 'aria-rowindex': state.first + at + 2, 'aria-selected': String(isSelected) });
    line.dataset.at = at;
    if (!row) { line.append(make('div', { role: 'gridcell', class: 'v-dim' }, '…')); return line; }
    if (source.evidence(row.event)) line.classList.add('v-e');
    if (row.highlight) line.classList.add('v-h');
    line.append(...COLUMNS.map((column, index) => cellOf(row, column, index, at)));
    if (isSelected) line.children[state.cell].classList.add('v-cur');
    return line;
  };

  // What evidence and flagged results are changes with the report.
  let drawn = new Map();
  let marks = 0;

  const draw = () => {
    const total = onPage();
    state.top = topOf(table.scrollTop, total);
    const space = room();
    const lines = [];
    const kept = new Map();
    let used = 0;
    let at = state.top.row;
    while (at < total && used < space + 2 * ROW + GAP) {
      const row = rowAt(at);
      const quiet = at > 0 ? gapBefore(row, rowAt(at - 1)) : 0;
      if (quiet) { lines.push(make('div', { class: 'v-gap', role: 'presentation' }, `${timeSpan(quiet)} without a row that is shown`)); used += GAP; }
      // A line that says the same is not made again.
      const known = drawn.get(at);
      const isSame = known && row && known.row === row && known.first === state.first && known.cell === (at === state.row ? state.cell : -1) && known.marks === marks;
      const line = isSame ? known.line : lineOf(at, row);
      kept.set(at, { line, row, first: state.first, cell: at === state.row ? state.cell : -1, marks });
      lines.push(line);
      used += ROW;
      at += 1;
    }
    layer.style.transform = `translateY(${-Math.round(state.top.part * heightOf(state.top.row))}px)`;
    drawn = kept;
    const isShown = layer.children.length === lines.length && lines.every((line, index) => layer.children[index] === line);
    if (!isShown) layer.replaceChildren(...lines);
    const current = document.getElementById(`v-cell-${state.row}-${state.cell}`);
    if (current) table.setAttribute('aria-activedescendant', current.id);
    else table.removeAttribute('aria-activedescendant');
    const rowsSeen = Math.ceil(space / ROW);
    fetchBlocks(state.top.row - 1, at + rowsSeen);
  };

  let waiting = 0;
  let isGrown = false;
  const schedule = () => {
    if (!waiting) waiting = requestAnimationFrame(() => { waiting = 0; if (isGrown) resize(); draw(); });
  };

  const resize = () => {
    isGrown = false;
    sizer.style.height = `${onPage() * ROW + Math.ceil(room() * GAP / (ROW + GAP))}px`;
    table.setAttribute('aria-rowcount', state.rows + 1);
    none.hidden = state.rows > 0 || !state.complete;
    none.textContent = 'No row passes the filter.';
    const pages = Math.ceil(state.rows / PAGE);
    pager.hidden = pages <= 1;
    if (pages > 1) {
      const page = state.first / PAGE;
      const go = to => make('button', { type: 'button', class: 'v-b', disabled: to < 0 || to >= pages, onclick: () => turn(to) },
        to < page ? `Previous ${thousands(PAGE)}` : `Next ${thousands(Math.min(PAGE, state.rows - to * PAGE) > 0 ? Math.min(PAGE, state.rows - to * PAGE) : PAGE)}`);
      pager.replaceChildren(go(page - 1), make('span', null, `rows ${thousands(state.first + 1)} to ${thousands(state.first + onPage())} of ${thousands(state.rows)}`), go(page + 1));
    }
  };

  const turn = page => {
    state.first = page * PAGE;
    state.row = 0;
    resize();
    table.scrollTop = 0;
    schedule();
    announce();
    table.focus();
  };

  const announce = () => {
    const row = rowAt(state.row);
    if (row) source.selected(row);
    else if (state.row < onPage()) {
      const generation = state.generation;
      const at = state.first + state.row;
      source.rows(at, 1).then(answer => {
        if (generation !== state.generation || at !== state.first + state.row || !answer.event.length) return;
        source.selected(Object.fromEntries(Object.entries(answer).filter(([, it]) => typeof it === 'object' && it).map(([name, it]) => [name, it[0]])));
      }, () => {});
    }
  };

  const select = (row, cell = state.cell) => {
    if (!onPage()) return;
    if (isGrown) resize();
    const changed = row !== state.row;
    state.row = Math.max(0, Math.min(row, onPage() - 1));
    state.cell = Math.max(0, Math.min(cell, COLUMNS.length - 1));
    // What is selected must be in the page, or nothing reads it out.
    const to = scrollFor(state.row, topOf(table.scrollTop, onPage()), room(), heightOf);
    if (to !== null) table.scrollTop = to;
    draw();
    const current = document.getElementById(`v-cell-${state.row}-${state.cell}`);
    if (current && table.scrollWidth > table.clientWidth) {
      const box = current.getBoundingClientRect();
      const frame = table.getBoundingClientRect();
      if (box.left < frame.left) table.scrollLeft -= frame.left - box.left;
      else if (box.right > frame.right) table.scrollLeft += Math.min(box.right - frame.right, box.left - frame.left);
    }
    if (changed || row === state.row) announce();
  };

  table.addEventListener('scroll', schedule, { passive: true });
  new ResizeObserver(() => { measure(); resize(); schedule(); }).observe(table);
  const placeOf = event => {
    const cell = event.target.closest('[role=gridcell]');
    const line = event.target.closest('.v-row[data-at]');
    return line && cell ? { row: +line.dataset.at, cell: [...line.children].indexOf(cell) } : null;
  };
  table.addEventListener('mousedown', event => {
    const place = placeOf(event);
    if (!place || event.button !== 0) return;
    const again = place.row === state.row && place.cell === state.cell && document.activeElement === table;
    table.focus({ preventScroll: true });
    select(place.row, place.cell);
    if (again) { event.preventDefault(); source.menu(); }
  });
  table.addEventListener('contextmenu', event => {
    const place = placeOf(event);
    if (!place) return;
    event.preventDefault();
    table.focus({ preventScroll: true });
    select(place.row, place.cell);
    source.menu();
  });

  state.asked = new Set();
  return {
    table,
    // Shows another list of rows, from its beginning.
    reset() {
      state.generation += 1;
      state.asked = new Set();
      cache.clear();
      Object.assign(state, { rows: 0, first: 0, row: 0, complete: false });
      table.scrollTop = 0;
      resize();
      schedule();
    },
    // More rows are known, or all.
    grow(rows, complete) {
      const wasEmpty = !state.rows;
      state.rows = rows;
      state.complete = complete;
      isGrown = true;
      schedule();
      if (wasEmpty && rows) announce();
    },
    refresh() { cache.clear(); state.generation += 1; state.asked = new Set(); schedule(); },
    redraw() { marks += 1; schedule(); },
    select,
    // Moves to a row of the whole list.
    goTo(row) {
      const page = Math.floor(row / PAGE) * PAGE;
      if (page !== state.first) { state.first = page; isGrown = true; table.scrollTop = 0; }
      if (isGrown) resize();
      const at = row - state.first;
      // A few rows above it are seen, too.
      const seen = scrollFor(at, topOf(table.scrollTop, onPage()), room(), heightOf);
      if (seen !== null) table.scrollTop = Math.max(0, (at - 6) * ROW);
      select(at);
    },
    move(action) {
      const step = Math.max(1, Math.floor(room() / ROW) - 1);
      const by = { up: -1, down: 1, pageUp: -step, pageDown: step }[action];
      if (by) select(state.row + by);
      else if (action === 'home') select(0);
      else if (action === 'end') select(onPage() - 1);
      else if (action === 'left' || action === 'right') select(state.row, state.cell + (action === 'left' ? -1 : 1));
    },
    current() {
      const row = rowAt(state.row);
      return row ? { row, at: state.first + state.row, column: COLUMNS[state.cell], element: document.getElementById(`v-cell-${state.row}-${state.cell}`) } : null;
    },
    rows: () => state.rows,
    describe: () => counted(state.rows, 'row', 'rows'),
  };
};
