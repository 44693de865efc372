// The viewer: files come in, the engine judges them, and the tabs show what it says.
import { showCompareForm } from './compare-tab.js';
import { byId, make, press, say, shown } from './dom.js';
import { startEngine } from './engine.js';
import { makeEventsTab } from './events-tab.js';
import { parsePage, reveal, showPage } from './fragment.js';
import { connectInputs } from './inputs.js';
import { GRID_KEYS, LETTER_KEYS, actionOf, keyName, showKeys } from './keys.js';
import { showLoading } from './loading.js';
import { openMenu } from './menu.js';
import { showProcesses } from './processes.js';
import { readReport } from './report-json.js';
import { ruleOf } from './rules.js';
import { saveBlob, stemOf } from './save.js';
import { showSettings } from './settings.js';
import { byteCount, counted, thousands } from './text.js';
import { showVerdict } from './verdict-line.js';

const TABS = ['report', 'events', 'processes', 'compare'];
const settings = { letters: true, changed: () => showKeyHints(), reading: {}, theme: '' };
const app = {
  engine: null, words: { columns: [] }, files: [], page: null, answer: null, read: null, order: [],
  ready: null, job: null, tab: 'report', verdict: null, comparison: null, chosen: {}, follow: {}, lesson: false, generation: 0,
};
const roots = Object.fromEntries(TABS.map(name => [name, byId(`v-${name}`)]));
const tabs = Object.fromEntries(TABS.map(name => [name, byId(`v-tab-${name}`)]));

const captures = () => app.files.flatMap(file => file.captures.map(it => ({ ...it, file: file.file })));
// The number of a capture in the report; −1 when the report does not have it.
const indexOf = capture => app.order.indexOf(capture);
// Stays until it is closed, or more files come.
const faultOf = (text, ...more) => {
  const line = make('p', { class: 'v-fault' }, make('span', null, shown(text)), ...more,
    press('✕', () => line.remove(), { 'aria-label': 'Close this message', class: 'v-b v-x' }));
  return line;
};
const tellFault = error => {
  byId('v-told').replaceChildren(faultOf(error.message));
};

const events = makeEventsTab({
  get engine() { return app.engine; },
  get words() { return app.words; },
  captures,
  report: () => app.read,
  indexOf,
  about: capture => (app.read && indexOf(capture) >= 0 ? app.read.byCapture[indexOf(capture)] : null),
  signs: () => (app.read ? app.read.signs : []),
  finding: signature => openFinding(signature),
  fault: tellFault,
});
events.whenCounted(({ events: number }) => { tabs.events.querySelector('.v-n').textContent = thousands(number); });
events.whenSelected((capture, event) => { if (app.verdict) app.verdict.tell(indexOf(capture), event); });

// The part of the page that the tab has; only one page of the report is in the document at a time.
const showTab = (name, focus = false) => {
  app.tab = name;
  for (const it of TABS) {
    roots[it].hidden = it !== name || byId('v-tabs').hidden;
    tabs[it].setAttribute('aria-selected', String(it === name));
    tabs[it].tabIndex = it === name ? 0 : -1;
  }
  document.body.classList.toggle('v-fixed', name === 'events' && !byId('v-tabs').hidden);
  byId('v-verdict').hidden = !app.verdict || name === 'report' || name === 'compare';
  if (name === 'report') {
    roots.compare.querySelector('#v-compared')?.replaceChildren();
    if (app.page && !roots.report.firstChild) showPage(roots.report, app.page);
  } else roots.report.replaceChildren();
  if (name === 'events') {
    const first = captures()[0];
    if (!events.isOpen() && first) events.show(first.capture);
    else events.drawn();
  }
  if (name === 'processes') readProcesses();
  if (name === 'compare') showCompare();
  byId('v-loading').hidden = !(app.job && name === 'report') || !byId('v-loading').firstChild;
  byId('v-status').hidden = byId('v-tabs').hidden;
  showKeyHints();
  if (focus) tabs[name].focus();
};

const openFinding = signature => {
  showTab('report');
  reveal(roots.report, signature);
  tabs.report.focus({ preventScroll: true });
};

const showFiles = () => {
  byId('v-files').replaceChildren(...app.files.map(file => {
    const role = { baseline: 'baseline', event_log: 'event log', hive: 'hive', reg_export: '.reg', keys_dir: 'listing', debugview: 'DebugView' }[file.as];
    return make('span', { class: 'v-file' },
      make('button', { type: 'button', class: 'v-name', title: `${byteCount(file.bytes)}`, 'aria-haspopup': 'menu', onclick: event => fileMenu(file, event.currentTarget) }, shown(file.name), ' ', make('small', null, role || file.format || '')),
      make('button', { type: 'button', class: 'v-x', 'aria-label': `Close ${file.name}`, onclick: () => removeFile(file) }, '✕'));
  }));
  const isEmpty = !app.files.length;
  byId('v-add').hidden = isEmpty;
  byId('v-tabs').hidden = isEmpty;
  byId('v-save').hidden = !app.answer;
};

const fileMenu = (file, button) => {
  const set = as => ({
    text: as === 'baseline' ? 'Use as the baseline, a good start' : 'Use as a part of the case',
    run: async () => { await app.engine.ask('role', { file: file.file, as }); file.as = as; showFiles(); judge(); },
  });
  openMenu(make('b', null, shown(file.name)), [
    ...(file.captures.length ? [file.as === 'baseline' ? set('capture') : set('baseline'),
      { text: 'Show its events', run: () => { showTab('events'); events.show(file.captures[0].capture); } }] : []),
    { text: 'Close', run: () => removeFile(file) },
  ], button.getBoundingClientRect());
};

const removeFile = async file => {
  if (!app.files.includes(file)) return;
  app.files = app.files.filter(it => it !== file);
  await stopJob();
  await app.engine.ask('remove', { file: file.file }).catch(tellFault);
  events.forget();
  app.comparison = null;
  if (captures().length) judge();
  else {
    for (const it of app.files) await app.engine.ask('remove', { file: it.file }).catch(() => {});
    app.files = [];
    showEmpty();
    byId('v-choose').focus();
  }
};

const showEmpty = () => {
  Object.assign(app, { page: null, answer: null, read: null, order: [], verdict: null, lesson: false, follow: {} });
  byId('v-defs').replaceChildren();
  byId('v-empty').hidden = false;
  byId('v-loading').hidden = true;
  document.title = 'procmonkey';
  tabs.events.querySelector('.v-n').textContent = '';
  tabs.processes.querySelector('.v-n').textContent = '';
  showFiles();
  showTab('report');
};

// What had the focus is gone, or is hidden and will lose it with the next picture; the next press of Tab would begin somewhere.
const hasNoFocus = () => !document.activeElement || document.activeElement === document.body || !document.activeElement.getClientRects().length;

const stopJob = async () => {
  if (!app.job) return;
  const { job } = app;
  app.generation += 1;
  await app.engine.ask('stop', { job: job.id }).catch(() => {});
  await job.catch(() => {});
};

// Takes files: captures and witnesses join the case, filters the rules.
const take = async list => {
  await app.ready;
  if (app.engine) await takeAnswer(app.engine.ask('add', { files: list }), list.map(it => it.name), { list });
};

const takeAnswer = async (asked, names, options) => {
  byId('v-told').replaceChildren();
  const loading = app.files.length ? null : showLoading(`Opening ${names.join(', ')}`, 'Stop', () => location.reload());
  let answer;
  try { answer = await asked; } catch (error) { if (loading) loading.end(); tellFault(error); return; }
  if (loading) loading.end();
  const bad = answer.files.map((it, at) => ({ ...it, source: options.list ? options.list[at] : null })).filter(it => it.error && !it.as);
  for (const file of answer.files.filter(it => it.as === 'filter' && it.filter)) {
    const some = file.filter.rules.filter(rule => rule.enabled !== false);
    events.addRules(some, (file.filter.highlight || []).map(rule => ({ ...rule, action: 'highlight' })));
    say(`${file.name}: ${counted(some.length, 'rule', 'rules')} taken over.${(file.filter.losses || []).map(it => ` ${it}`).join('')}`);
  }
  const joined = answer.files.filter(it => it.as && it.as !== 'filter');
  app.files.push(...joined.map(it => ({ ...it, captures: it.captures || [] })));
  if (!options.lesson) app.lesson = false;
  else if (app.files.length === joined.length) app.lesson = true;
  if (joined.length) {
    if (captures().length) { await judge(); tellBad(bad); return; }
    showFiles();
    tellFault(new Error('These are witnesses. Add the capture that they belong to.'));
  }
  if (bad.length && !captures().length && bad[0].unreadable && !joined.length) showUnreadable(bad);
  else tellBad(bad);
};

// A DebugView log has no content of its own by which it is known.
const tellBad = bad => {
  byId('v-told').replaceChildren(...bad.map(it => faultOf(`${it.name}: ${it.error}`,
    it.source && captures().length ? press('It is a DebugView log', () => take([{ ...it.source, as: 'debugview' }])) : null)));
};

// A file that is no capture has the page of the report about it, and nothing else.
const showUnreadable = bad => {
  byId('v-empty').hidden = true;
  const page = parsePage(bad[0].unreadable);
  byId('v-defs').replaceChildren();
  const body = showPage(byId('v-loading'), page);
  body.prepend(make('p', { class: 'wrap v-back' }, press('Back', () => { byId('v-loading').replaceChildren(); showEmpty(); byId('v-choose').focus(); }, { id: 'v-back' }), ' ', make('b', null, shown(bad.map(it => it.name).join(', ')))));
  byId('v-loading').hidden = false;
  document.body.classList.remove('v-fixed');
  say(bad[0].error);
  byId('v-back').focus();
};

const judge = async () => {
  await stopJob();
  app.generation += 1;
  const { generation } = app;
  byId('v-empty').hidden = true;
  Object.assign(app, { page: null, answer: null, read: null, order: [], verdict: null });
  for (const name of TABS) roots[name === 'events' ? 'report' : name].replaceChildren();
  showFiles();
  const names = captures().map(it => it.name);
  const job = app.engine.ask('analyze', { ...app.follow, ...(app.lesson ? { lesson: true } : {}) });
  app.job = job;
  const loading = showLoading(`Reading ${[...new Set(names)].join(', ')}`, 'Stop, and judge what was read', () => app.engine.ask('stop', { job: job.id }).catch(() => {}));
  job.onprogress = progress => { if (generation === app.generation) loading.progress(progress); };
  showTab(app.tab === 'compare' ? 'report' : app.tab);
  if (hasNoFocus()) byId('v-stop').focus({ preventScroll: true });
  let answer;
  try { answer = await job; } catch (error) {
    if (generation === app.generation) { app.job = null; loading.end(); tellFault(error); }
    return;
  }
  if (generation !== app.generation) return;
  app.job = null;
  loading.end();
  const page = parsePage(answer.html);
  byId('v-defs').replaceChildren();
  Object.assign(app, { answer, page, read: readReport(answer.json), order: answer.captures });
  if (page.symbols) byId('v-defs').append(document.importNode(page.symbols, true));
  byId('v-tool').textContent = `${counted(app.read.report.captures.reduce((sum, it) => sum + it.events_read, 0), 'event', 'events')} read${answer.stopped ? ', stopped' : ''} · ${app.read.report.tool}`;
  document.title = `${page.title}: ${names.join(', ')}`;
  app.verdict = showVerdict(page, app.read, {
    current: () => { const at = events.current(); return { capture: indexOf(at.capture), event: at.event }; },
    go: place => { showTab('events'); events.goTo(app.order[place.capture], place.event); },
    report: () => { showTab('report', true); scrollTo(0, 0); },
    finding: openFinding,
  });
  tabs.events.querySelector('.v-n').textContent = thousands(app.read.report.captures.reduce((sum, it) => sum + it.events_read, 0));
  showFiles();
  showTab(app.tab);
  if (hasNoFocus()) tabs[app.tab].focus({ preventScroll: true });
  events.reported();
  say(`${stateOf(page)}: ${page.title}.`);
};

// Everything is read again as it is chosen.
const readWith = async reading => {
  await app.ready;
  await app.engine.ask('reading', reading);
  settings.reading = reading;
  events.forget();
  app.comparison = null;
  if (captures().length) judge();
};

const stateOf = page => (page.tag && page.tag.querySelector('span') ? page.tag.querySelector('span').textContent : 'Read');

const readProcesses = async () => {
  const at = events.isOpen() ? events.current().capture : captures()[0]?.capture;
  const it = captures().find(capture => capture.capture === at);
  if (!it) return;
  try {
    let answer = await app.engine.ask('processes', { capture: it.capture });
    if (!answer.events || !answer.name.length) {
      // Only what has read all rows knows them all.
      if (!roots.processes.firstChild) roots.processes.replaceChildren(make('p', { class: 'wrap v-pad' }, 'Reading the rows.'));
      await events.readAll(it.capture);
      answer = await app.engine.ask('processes', { capture: it.capture });
    }
    if (!captures().some(capture => capture.capture === it.capture)) return;
    tabs.processes.querySelector('.v-n').textContent = thousands(answer.name.length);
    showProcesses(roots.processes, it.name, answer, (name, pid) => {
      showTab('events');
      events.onlyRules(pid === null ? [ruleOf('include', 'Process Name', 'is', String(name))] : [ruleOf('include', 'PID', 'is', String(pid))]);
      events.show(it.capture);
      events.grid.table.focus();
    }, {
      follow: app.follow,
      judge(follow) { app.follow = follow; showTab('report'); judge(); },
    });
  } catch (error) { tellFault(error); }
};

const showCompare = () => {
  showCompareForm(roots.compare, captures(), app.chosen, {
    choose: () => byId('v-input').click(),
    async compare(good, bad) {
      const told = byId('v-compare-told');
      if (good === bad) { told.textContent = 'Choose two different captures.'; return; }
      app.chosen = { good, bad };
      told.textContent = '';
      const root = byId('v-compared');
      const job = app.engine.ask('compare', { good, bad });
      app.compareJob = job;
      const stop = press('Stop', () => app.engine.ask('stop', { job: job.id }).catch(() => {}));
      const line = make('p', { class: 'wrap' }, 'Reading both. ');
      root.replaceChildren(line, make('p', { class: 'wrap' }, stop));
      job.onprogress = ({ bytes, of, events: number }) => { line.textContent = `Reading both: ${byteCount(bytes)} of ${byteCount(of)}, ${counted(number || 0, 'event', 'events')}.`; };
      try {
        app.comparison = { ...await job, good, bad };
        if (app.tab === 'compare' && root.isConnected) putComparison(root);
      } catch (error) { root.replaceChildren(); if (told.isConnected) told.textContent = error.message; }
    },
  });
  const root = byId('v-compared');
  if (app.comparison && captures().length > 1) putComparison(root);
};
const putComparison = root => {
  const page = parsePage(app.comparison.html);
  if (page.symbols) byId('v-defs').replaceChildren(document.importNode(page.symbols, true));
  showPage(root, page);
  say(`${stateOf(page)}: ${page.title}.`);
};

const save = () => {
  const name = stemOf(captures()[0] ? captures()[0].name : 'capture');
  const text = (what, type, ending) => () => saveBlob(new Blob([what], { type }), `${name}${ending}`);
  const rows = (what, title) => ({
    text: title,
    run: async () => {
      const { view } = events.view();
      if (view === null) return;
      say('Saving.');
      const job = app.engine.ask('save', { what, view });
      job.onprogress = ({ rows: done, of }) => say(`Saving: ${thousands(done)} of ${thousands(of)} rows.`);
      try {
        const saved = await job;
        saveBlob(saved.blob, saved.name);
        say(`Saved ${saved.name}.${(saved.omitted || []).map(it => ` ${it}`).join('')}`);
      } catch (error) { tellFault(error); }
    },
  });
  const view = events.view();
  openMenu(make('b', null, 'Save'), [
    { text: 'Report as a page (HTML)', run: text(app.answer.html, 'text/html', '.html') },
    { text: 'Report as JSON', run: text(app.answer.json, 'application/json', '.json') },
    ...(app.comparison ? [{ text: 'Comparison as a page (HTML)', run: () => saveBlob(new Blob([app.comparison.html], { type: 'text/html' }), `${name}-compared.html`) }] : []),
    ...(view.view === null ? [] : [null, rows('csv', `${counted(view.rows, 'row', 'rows')} as CSV`), rows('jsonl', 'Rows as JSON lines'), rows('pml', 'Rows as PML'), rows('xml', 'Rows as XML')]),
  ], byId('v-save').getBoundingClientRect());
};

const showKeyHints = () => {
  const wanted = ['up', 'left', 'menu', 'include', 'exclude', 'next', 'filter', 'go'];
  const names = { up: ['↑↓', 'row'], left: ['←→', 'cell'], menu: ['Enter', 'menu'], include: ['i', 'include'], exclude: ['x', 'exclude'], next: ['n', 'next evidence'], filter: ['/', 'filter'], go: ['g', 'go to event'] };
  const keys = [...GRID_KEYS, ...(settings.letters ? LETTER_KEYS : [])];
  byId('v-kb').replaceChildren(...(app.tab === 'events' ? wanted : []).filter(action => keys.some(it => it[2] === action))
    .map(action => make('span', null, make('kbd', null, keyName(names[action][0])), ` ${names[action][1]}`)));
};

const askForEvent = () => {
  const dialog = byId('v-keys');
  const input = make('input', { type: 'number', min: '1', id: 'v-go', inputmode: 'numeric' });
  dialog.replaceChildren(make('h2', { id: 'v-keys-title' }, 'Go to event'), make('form', {
    method: 'dialog',
    onsubmit: () => { if (input.value) events.goTo(events.current().capture, +input.value); },
  }, make('label', { for: 'v-go' }, 'Number '), input, ' ', make('button', { class: 'v-b' }, 'Go')));
  dialog.showModal();
  input.focus();
};

const act = action => {
  if (action.startsWith('tab')) showTab(TABS[+action.at(-1) - 1], true);
  else if (action === 'next' || action === 'previous') { if (app.verdict) app.verdict.step(action === 'next' ? 1 : -1); }
  else if (action === 'go') askForEvent();
  else if (action === 'help') showKeys(settings);
  else if (events.acts[action]) events.acts[action]();
  else events.grid.move(action);
};

const connect = () => {
  events.grid.table.addEventListener('keydown', event => {
    const action = actionOf(event, settings.letters);
    if (!action || action === 'close') return;
    event.preventDefault();
    act(action);
  });
  byId('v-tabs').addEventListener('click', event => { const tab = event.target.closest('[role=tab]'); if (tab) showTab(tab.id.slice(6)); });
  byId('v-tabs').addEventListener('keydown', event => {
    const at = TABS.indexOf(app.tab);
    const to = { ArrowRight: (at + 1) % 4, ArrowLeft: (at + 3) % 4, Home: 0, End: 3 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    showTab(TABS[to], true);
  });
  byId('v-help').addEventListener('click', () => showKeys(settings));
  byId('v-settings').addEventListener('click', () => showSettings(settings, { read: readWith, paint: () => events.drawn() }));
  byId('v-save').addEventListener('click', save);
  addEventListener('keydown', event => {
    if (event.key !== 'F6' || event.ctrlKey || event.altKey || event.metaKey || byId('v-keys').open) return;
    event.preventDefault();
    const regions = [tabs[app.tab], byId('v-full'), byId('v-strip'), byId('v-q'), events.grid.table, byId('v-details'), byId('v-main')]
      .filter(it => it && it.getClientRects().length && !(it.id === 'v-main' && app.tab === 'events'));
    const here = regions.findIndex(it => it === document.activeElement || (it.id !== 'v-main' && it.contains(document.activeElement)));
    regions[(here + (event.shiftKey ? regions.length - 1 + (here < 0 ? 1 : 0) : 1)) % regions.length]?.focus();
  });
  addEventListener('beforeprint', () => { for (const part of document.querySelectorAll('details')) part.open = true; });
  connectInputs(list => take(list));
};

const start = async () => {
  connect();
  showEmpty();
  try {
    app.engine = await startEngine(byId('v-module').textContent, byId('v-worker').textContent, byId('v-reader').textContent);
    app.words = await app.engine.ask('words', {});
    const { samples } = await app.engine.ask('samples', {});
    byId('v-samples').replaceChildren(...samples.map(({ name }) => press(`Try the sample ${stemOf(name)}`, () => takeAnswer(app.engine.ask('sample', { name }), [name], { lesson: true }), { class: 'v-big v-second' })));
    document.documentElement.dataset.ready = 'yes';
  } catch (error) {
    tellFault(new Error(`This browser cannot run the page: ${error.message}`));
  }
};
app.ready = start();
