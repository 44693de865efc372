// The tab Events: strip, filter, rows and details of one capture at a time.
import { copyText } from '../../html/web/copy.js';
import { showDetails } from './details.js';
import { byId, make, say, shown } from './dom.js';
import { makeFilterBar } from './filter-bar.js';
import { COLUMNS, makeGrid } from './grid.js';
import { openMenu } from './menu.js';
import { keptEvents, msAfter } from './report-json.js';
import { onlyRule, ruleOf, withRule } from './rules.js';
import { clockOf } from './scale.js';
import { makeStrip } from './strip.js';
import { csvRow, middleCut, thousands, timeSpan } from './text.js';

const ABOUT_NOTHING = { evidence: new Map(), failed: new Set() };

// `app` has engine, captures() as [{capture, name}], about(capture) of the report, signs(),
// finding(signature), fault(error), words.
export const makeEventsTab = app => {
  const state = {
    capture: null, view: null, base: null, job: null, rules: [], highlight: [], keep: true, time: null,
    events: 0, whole: null, generation: 0, detailed: 0, onEvent: () => {}, onSelect: () => {},
  };
  const about = () => app.about(state.capture) || ABOUT_NOTHING;
  const isFiltered = () => state.rules.length > 0 || state.time !== null;

  const grid = makeGrid(byId('v-grid'), {
    rows: (from, count) => app.engine.ask('rows', { view: state.view, from, count, ...(state.highlight.length ? { highlight: asInclude(state.highlight) } : {}) }),
    evidence: event => { const of = about().evidence.get(event); return of ? of.map(it => it.signature).join(', ') : null; },
    failed: event => about().failed.has(event),
    signs: () => app.signs(),
    guidSign: part => guidSign(part),
    selected: row => detail(row.event),
    menu: () => cellMenu(),
    fault: error => app.fault(error),
  });

  // The sign of a GUID as the report draws it, once its symbols are there.
  const guidSign = ({ text, letter, guid }) => {
    const box = make('span', { class: 'g', title: guid });
    if (letter) {
      const name = `g${letter.toLowerCase()}`;
      const sign = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
      sign.setAttribute('viewBox', '0 0 20 20');
      sign.setAttribute('class', name);
      sign.setAttribute('aria-hidden', 'true');
      for (const part of [`#o-${letter.toLowerCase()}`, `#l-${letter.toLowerCase()}`]) {
        const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
        use.setAttribute('href', part);
        sign.append(use);
      }
      box.append(sign, make('span', { class: 'vh' }, `GUID ${letter} `));
    }
    box.append(make('b', null, text));
    return box;
  };

  const asInclude = rules => rules.map(({ text }) => ({ action: 'include', text }));
  const asAsked = rules => rules.map(({ action, text }) => ({ action, text }));

  const bar = makeFilterBar({
    rules: () => state.rules,
    setRules(rules) { state.rules = rules; open(); },
    highlight: () => state.highlight,
    setHighlight(rules) { state.highlight = rules; bar.show(); grid.refresh(); },
    keep: () => state.keep,
    setKeep(on) { state.keep = on; open(); },
    hasEvidence: () => about().evidence.size > 0,
    time: () => (state.time ? `${timeSpan(state.time.to - state.time.from)} of time` : null),
    clearTime() { state.time = null; strip.unchoose(); open(); },
    clear() { state.rules = []; state.highlight = []; state.time = null; strip.unchoose(); open(); },
    captures: () => app.captures(),
    capture: () => state.capture,
    setCapture(capture) { show(capture); },
    check: (text, action) => app.engine.ask('rule', { text, action }),
    flags: rules => app.engine.ask('flags', { rules: asAsked(rules) }),
    search: (text, back) => search({ text }, back),
    columns: () => app.words.columns,
    stop() { if (state.job) app.engine.ask('stop', { job: state.job.id }).catch(() => {}); },
    focusGrid: () => grid.table.focus(),
  });

  const strip = makeStrip(byId('v-strip'), {
    density: async (bins, from, to) => {
      const base = state.base ?? state.view;
      if (base === null) return null;
      const span = from === null ? {} : { from, to };
      const all = await app.engine.ask('density', { view: base, bins, ...span });
      const some = isFiltered() && state.view !== null && state.view !== base ? await app.engine.ask('density', { view: state.view, bins, from: all.from, to: all.to }) : null;
      return { ...all, some: some ? some.bins : null };
    },
    choose(time) { if (!time && !state.time) return; state.time = time; open(); },
    go: event => goTo(state.capture, event),
  });

  const marks = () => {
    const report = app.report();
    const index = app.indexOf(state.capture);
    if (!report || index < 0) { strip.mark([], null); return; }
    const first = report.report.captures[index].first_time;
    const places = report.places.filter(it => it.capture === index).map(it => ({ event: it.event, at: msAfter(first, it.time) }));
    strip.mark(places.filter(it => it.at !== null), clockOf(first));
  };

  // Reads the rows that pass the rules. What ran before is stopped and given back.
  const open = async () => {
    if (state.capture === null) return;
    state.generation += 1;
    const { generation } = state;
    const before = state.view;
    const running = state.job;
    if (running) app.engine.ask('stop', { job: running.id }).catch(() => {});
    state.view = null;
    const selected = grid.current();
    grid.reset();
    bar.show();
    if (!isFiltered() && state.whole) {
      state.job = null;
      state.view = state.base;
      bar.count({ ...state.whole, complete: true, isFiltered: false });
      grid.grow(state.whole.rows, true);
      if (before !== null) close(before);
      if (selected) await findAndSelect(selected.row.event);
      strip.read();
      return;
    }
    bar.reading();
    const job = app.engine.ask('view', {
      capture: state.capture, rules: asAsked(state.rules),
      ...(state.keep && isFiltered() ? { keep: keptEvents(about()) } : {}),
      ...(state.time || {}),
    });
    state.job = job;
    const isBase = !isFiltered();
    let told = -1000;
    const take = (answer, complete) => {
      if (generation !== state.generation) {
        // Stopped: a beginning of all rows is no picture of all of them.
        if (complete && state.base === answer.view && !state.whole) state.base = null;
        if (complete) close(answer.view);
        return;
      }
      state.view = answer.view;
      if (isBase) state.base = answer.view;
      state.events = answer.events ?? state.events;
      const now = performance.now();
      if (!complete && now - told < 100) { grid.grow(answer.rows, complete); return; }
      told = now;
      bar.count({ rows: answer.rows, events: state.events, complete, undecided: answer.undecided, losses: answer.losses, stopped: answer.stopped, isFiltered: isFiltered() });
      grid.grow(answer.rows, complete);
    };
    job.onprogress = progress => take(progress, false);
    if (before !== null && before !== state.base) close(before);
    try {
      const answer = await job;
      take(answer, true);
      if (generation !== state.generation) return;
      state.job = null;
      if (isBase && !answer.stopped) {
        state.whole = { rows: answer.rows, events: answer.events, undecided: answer.undecided, losses: answer.losses };
        state.onEvent({ events: answer.events });
      }
      if (selected) findAndSelect(selected.row.event);
      strip.read();
      marks();
    } catch (error) {
      if (generation === state.generation) { state.job = null; app.fault(error); }
    }
  };
  const close = view => {
    if (view === null || view === undefined || view === state.base || view === state.view) return;
    app.engine.ask('close', { view }).catch(() => {});
  };

  const findAndSelect = async event => {
    const { row } = await app.engine.ask('find', { view: state.view, event });
    if (row < grid.rows()) grid.goTo(row);
    return row;
  };

  const show = capture => {
    if (capture !== state.capture) {
      Object.assign(state, { capture, base: null, whole: null, time: null });
      strip.reset();
      byId('v-details').replaceChildren(make('p', { class: 'v-dim' }, 'No event is selected.'));
      return open();
    }
    return undefined;
  };

  // Shows an event; a filter that hides it is said, and left as it is.
  const goTo = async (capture, event) => {
    if (capture !== state.capture) await show(capture);
    if (state.view === null && state.job) await state.job.catch(() => {});
    if (state.view === null) return;
    const row = await findAndSelect(event);
    const here = grid.current();
    grid.table.focus();
    if (row >= grid.rows()) say(`Event ${thousands(event)} is behind the last row that is shown.`);
    else if (here && here.row.event !== event) say(`Event ${thousands(event)} is not among the rows that are shown; this is the next.`);
  };

  const search = async (what, back) => {
    const here = grid.current();
    const from = (here ? here.at : 0) + (back ? -1 : 1);
    if (state.view === null || from < 0) return null;
    const { row } = await app.engine.ask('search', { view: state.view, from: here || back ? from : 0, back: Boolean(back), ...what });
    if (row === null) return null;
    grid.goTo(row);
    grid.table.focus();
    return row;
  };

  const detail = async event => {
    state.detailed += 1;
    const { detailed } = state;
    const { capture } = state;
    // While a key is held down, only where it ends is read.
    await new Promise(done => { setTimeout(done, 60); });
    if (detailed !== state.detailed) return;
    const answer = await app.engine.ask('event', { capture, event }).catch(error => error);
    if (detailed !== state.detailed) return;
    state.onSelect(capture, event);
    if (answer instanceof Error) { byId('v-details').replaceChildren(make('p', null, shown(answer.message))); return; }
    const value = name => (answer.columns.find(([it]) => it === name) || [])[1];
    showDetails(byId('v-details'), answer, { findings: about().evidence.get(event) || [], failed: about().failed.has(event) }, {
      finding: app.finding,
      copyRow: () => copyRow(),
      copyPath: () => copied(value('Path') || '', 'The path'),
      sameFile: () => addRules([ruleOf('include', 'Path', 'is', value('Path') || '')]),
      sameThread: () => addRules([ruleOf('include', 'PID', 'is', value('PID') || ''), ...(value('TID') ? [ruleOf('include', 'TID', 'is', value('TID'))] : [])]),
    });
  };

  const addRules = rules => { state.rules = rules.reduce(onlyRule, state.rules); open(); grid.table.focus(); };
  const copied = async (text, what) => { await copyText(text); say(`${what} was copied.`); };
  // All columns of the event that is selected, as Procmon writes them.
  const copyRow = async () => {
    const here = grid.current();
    if (!here) return;
    const event = await app.engine.ask('event', { capture: state.capture, event: here.row.event });
    const columns = event.columns.filter(([, text]) => text !== null);
    copied([csvRow(columns.map(([name]) => name)), csvRow(columns.map(([, text]) => text))].join('\r\n'), 'The row');
  };
  // The whole text of the cell: that of the rows may be cut.
  const cellText = async here => {
    const [name, , column] = here.column;
    if (!column) return String(here.row.event);
    const text = here.row[name];
    if (typeof text !== 'string' || text.length < 2000) return text === null || text === undefined ? '' : String(text);
    const event = await app.engine.ask('event', { capture: state.capture, event: here.row.event });
    return (event.columns.find(([it]) => it === column) || [])[1] ?? text;
  };
  const acts = {
    async include() { const here = grid.current(); if (!here || !here.column[2]) return; addRules([ruleOf('include', here.column[2], 'is', await cellText(here))]); },
    async exclude() { const here = grid.current(); if (!here || !here.column[2]) return; state.rules = withRule(state.rules, ruleOf('exclude', here.column[2], 'is', await cellText(here))); open(); },
    async highlight() { const here = grid.current(); if (!here || !here.column[2]) return; state.highlight = withRule(state.highlight, ruleOf('highlight', here.column[2], 'is', await cellText(here))); bar.show(); grid.refresh(); },
    async copy() { const here = grid.current(); if (here) copied(await cellText(here), here.column[1]); },
    copyRow,
    menu: () => cellMenu(),
    filter: () => bar.focus(),
    threadBack: () => thread(true),
    threadOn: () => thread(false),
    zoomIn: () => strip.zoom(0.5),
    zoomOut: () => strip.zoom(2),
    zoomAll: () => strip.all(),
  };
  const thread = async back => {
    const here = grid.current();
    if (!here || here.row.pid === null || here.row.tid === null || here.row.tid === undefined) { say('The capture does not say which thread this is.'); return; }
    const rules = [{ action: 'include', text: `PID is ${here.row.pid}` }, { action: 'include', text: `TID is ${here.row.tid}` }];
    if (await search({ rules }, back) === null) say(`No further row of thread ${here.row.tid} in this direction.`);
  };
  const cellMenu = () => {
    const here = grid.current();
    if (!here || !here.element) return;
    const [name, head, column] = here.column;
    const text = here.row[name];
    const title = make('span', null, `${head} `, make('b', null, shown(middleCut(String(text ?? ''), 60))));
    openMenu(title, [
      ...(column ? [
        { text: '+ Include only this', key: 'i', run: acts.include }, { text: '− Exclude', key: 'x', run: acts.exclude },
        { text: 'Highlight', key: 'h', run: acts.highlight }, null] : []),
      { text: 'Copy value', key: 'c', run: acts.copy }, { text: 'Copy row as CSV', key: 'C', shown: 'Shift c', run: acts.copyRow },
    ], here.element.getBoundingClientRect());
  };

  return {
    acts, grid, goTo, show, marks, bar,
    // Once all rows of the capture were read, with the rules that there are.
    async readAll(capture) { await show(capture); if (state.job) await state.job.catch(() => {}); },
    isOpen: () => state.capture !== null,
    current: () => { const here = grid.current(); return { capture: state.capture, event: here ? here.row.event : 0 }; },
    view: () => ({ view: state.view, capture: state.capture, isFiltered: isFiltered(), rows: grid.rows() }),
    // Rules of a filter file, or of a process.
    addRules(rules, highlight = []) { state.rules = rules.reduce(withRule, state.rules); state.highlight = highlight.reduce(withRule, state.highlight); if (state.capture !== null) open(); },
    onlyRules(rules) { state.rules = rules; if (state.capture !== null) open(); },
    forget() { state.generation += 1; Object.assign(state, { capture: null, view: null, base: null, whole: null, job: null, time: null }); grid.reset(); },
    // The report came, or changed.
    reported() { if (state.capture === null) return; marks(); bar.show(); if (isFiltered() && state.keep) open(); else grid.redraw(); },
    drawn: () => { grid.redraw(); strip.read(); },
    whenCounted(run) { state.onEvent = run; },
    whenSelected(run) { state.onSelect = run; },
    columns: COLUMNS,
  };
};
