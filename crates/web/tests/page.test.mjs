// The pure modules of the page: `node --test crates/web/tests/page.test.mjs`.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { BLOCK, makeCache } from '../page/cache.js';
import { cutRows } from '../page/cut.js';
import { speakWith } from '../page/engine.js';
import { GRID_KEYS, LETTER_KEYS, actionOf } from '../page/keys.js';
import { letterOf, pathParts, shortFolder } from '../page/path.js';
import { keptEvents, msAfter, nextPlace, readReport } from '../page/report-json.js';
import { chipWords, chipsOf, onlyRule, quoted, readTyped, ruleOf, withRule, withoutRules } from '../page/rules.js';
import { stemOf } from '../page/save.js';
import { GAP, ROW, clockOf, gapBefore, scrollFor, ticks, topOf, zoomed } from '../page/scale.js';
import { byteCount, counted, csvRow, middleCut, thousands, timeSpan, visible } from '../page/text.js';
import { oneScript } from '../page.mjs';

test('what cannot be seen is written out', () => {
  assert.equal(visible('a\u202egnp.exe\u0000'), 'a\\u{202e}gnp.exe\\u{0}');
  assert.equal(visible('C:\\Keys ü 鍵 🔑'), 'C:\\Keys ü 鍵 🔑');
});

test('numbers and spans are written for people', () => {
  assert.deepEqual([0, 999, 1000, 4055, 1234567].map(thousands), ['0', '999', '1,000', '4,055', '1,234,567']);
  assert.equal(counted(1, 'row', 'rows'), '1 row');
  assert.deepEqual([5, 1500, 980000000, 4.2e9].map(byteCount), ['5 bytes', '1.5 kB', '980 MB', '4.2 GB']);
  assert.deepEqual([187.4, 999.7, 6300, 125000, 7500000].map(timeSpan), ['187 ms', '1.0 s', '6.3 s', '2 min 5 s', '2 h 5 min']);
});

test('a row is copied with every cell quoted', () => {
  assert.equal(csvRow(['a', 'say "x"', null, 5]), '"a","say ""x""","","5"');
});

test('a long text loses its middle', () => {
  assert.equal(middleCut('abcdefghij', 10), 'abcdefghij');
  assert.equal([...middleCut('abcdefghijk', 7)].length, 7);
  assert.match(middleCut('abcdefghijk', 7), /^ab…hijk$/);
});

const OLDER = '4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1';
const SIGNS = [{ letter: 'A', guid: OLDER }, { letter: 'B', guid: 'B81E0A4D-52C7-4F39-A6D0-7C13E95F2B86' }];
test('the path of a key file has its GUID as a sign, whatever the case', () => {
  const parts = pathParts(`C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys\\c2319c42033a5ca7f44e731bfd3fa2b5_${OLDER.toUpperCase()}`, SIGNS);
  assert.deepEqual(parts.map(it => it.kind), ['folder', 'name', 'guid']);
  assert.equal(parts[0].text, 'C:\\…\\RSA\\MachineKeys\\');
  assert.equal(parts[1].text, 'c2319c42…_');
  assert.deepEqual([parts[2].text, parts[2].letter], ['4F6C1D2E', 'A']);
  assert.equal(letterOf('00000000-0000-0000-0000-000000000000', SIGNS), null);
});
test('other paths have no sign, and lose nothing of their name', () => {
  assert.deepEqual(pathParts(`HKCR\\CLSID\\{${OLDER}}`, SIGNS).map(it => it.kind), ['folder', 'name']);
  assert.equal(pathParts(`HKCR\\CLSID\\{${OLDER}}`, SIGNS)[1].text, `{${OLDER}}`);
  assert.deepEqual(pathParts('MachineGuid', SIGNS), [{ kind: 'name', text: 'MachineGuid' }]);
  assert.equal(shortFolder('C:\\Windows\\System32\\'), 'C:\\Windows\\System32\\');
  const behind = pathParts(`X:\\c2319c42033a5ca7f44e731bfd3fa2b5_${OLDER}.bak`, SIGNS);
  assert.equal(behind.at(-1).text, '.bak');
  assert.deepEqual(pathParts(`X:\\c2319c42033a5ca7f44e731bfd3fa2b5_x${OLDER}`, SIGNS).map(it => it.kind), ['folder', 'name']);
});

test('a value is quoted where the program would read it otherwise', () => {
  assert.equal(ruleOf('include', 'Result', 'is', 'NAME NOT FOUND').text, 'Result is "NAME NOT FOUND"'.replaceAll('"', ''));
  assert.equal(ruleOf('include', 'Result', 'is', '').text, 'Result is ""');
  assert.equal(ruleOf('include', 'Path', 'is', 'not here').text, 'Path is "not here"');
  assert.equal(ruleOf('include', 'Path', 'is', 'nothing').text, 'Path is nothing');
  assert.equal(ruleOf('include', 'Command Line', 'is', '"C:\\a" b').text, 'Command Line is """C:\\a"" b"');
  assert.equal(quoted(' x '), '" x "');
});
test('rules are kept once, and become chips by column and relation', () => {
  const close = ruleOf('exclude', 'Operation', 'is', 'CloseFile');
  const key = ruleOf('exclude', 'Operation', 'is', 'RegCloseKey');
  let rules = withRule(withRule(withRule([], close), key), ruleOf('exclude', 'Operation', 'is', 'closefile'));
  assert.equal(rules.length, 2);
  rules = withRule(rules, ruleOf('include', 'Operation', 'is', 'ReadFile'));
  const chips = chipsOf(rules);
  assert.deepEqual(chips.map(chipWords), ['Exclude: Operation is CloseFile, RegCloseKey', 'Include: Operation is ReadFile']);
  assert.deepEqual(withoutRules(rules, chips[0].rules).map(it => it.text), ['Operation is ReadFile']);
});
test('include only this leaves one include rule on the column, and all that exclude', () => {
  const rules = [ruleOf('include', 'PID', 'is', '1'), ruleOf('include', 'Path', 'contains', 'Keys'), ruleOf('exclude', 'PID', 'is', '2')];
  assert.deepEqual(onlyRule(rules, ruleOf('include', 'PID', 'is', '3')).map(it => it.text), ['Path contains Keys', 'PID is 2', 'PID is 3']);
});
test('what is typed is a rule, its exclusion, or a search', () => {
  const columns = ['Path', 'Process Name', 'Operation'];
  assert.deepEqual(readTyped('Path contains Crypt', columns), { rule: { action: 'include', text: 'Path contains Crypt' } });
  assert.deepEqual(readTyped('- op is CloseFile', columns), { rule: { action: 'exclude', text: 'op is CloseFile' } });
  assert.deepEqual(readTyped('machinekeys', columns), { search: 'machinekeys' });
  assert.deepEqual(readTyped('process start failed', columns), { search: 'process start failed' });
  assert.equal(readTyped('   ', columns), null);
});

const block = (from, count) => ({ from, event: Array.from({ length: count }, (_, at) => from + at + 1), path: Array.from({ length: count }, () => 'p') });
test('rows are kept by number, and the blocks used least lately are dropped', () => {
  const cache = makeCache(2);
  cache.put(0, block(0, BLOCK), true);
  cache.put(1, block(BLOCK, 50), false);
  assert.deepEqual([cache.row(0).event, cache.row(BLOCK + 49).event, cache.row(BLOCK + 50)], [1, BLOCK + 50, null]);
  assert.deepEqual(cache.missing(0, 10, BLOCK + 50), []);
  assert.deepEqual(cache.missing(0, BLOCK + 10, BLOCK + 60), [1], 'more rows than were read');
  cache.put(2, block(2 * BLOCK, BLOCK), true);
  assert.deepEqual([cache.has(0), cache.has(1), cache.has(2)], [true, false, true]);
});

test('scrolling has a place for every row, with gaps and without', () => {
  assert.deepEqual(topOf(0, 10), { row: 0, part: 0 });
  assert.deepEqual(topOf(ROW * 3.5, 10), { row: 3, part: 0.5 });
  assert.deepEqual(topOf(1e9, 10), { row: 9, part: 0 });
  const plain = () => ROW;
  assert.equal(scrollFor(2, { row: 5, part: 0 }, 100, plain), 2 * ROW, 'upwards');
  assert.equal(scrollFor(6, { row: 5, part: 0 }, 100, plain), null, 'it is seen');
  assert.equal(scrollFor(9, { row: 5, part: 0 }, 100, plain), 6 * ROW, 'down, so that it is the last');
  const gaps = at => (at % 2 ? ROW + GAP : ROW);
  const to = scrollFor(9, { row: 0, part: 0 }, 100, gaps);
  const top = topOf(to, 10);
  let end = -top.part * gaps(top.row);
  for (let at = top.row; at <= 9; at += 1) end += gaps(at);
  assert.ok(Math.abs(end - 100) < 1e-6, `ends at ${end}`);
});
test('a pause of more than 100 ms is a gap', () => {
  assert.equal(gapBefore({ since: 287 }, { since: 100 }), 187);
  assert.equal(gapBefore({ since: 200 }, { since: 100 }), 0);
  assert.equal(gapBefore({ since: null }, { since: 100 }), 0);
  assert.equal(gapBefore(null, { since: 1 }), 0);
});
test('the axis says times of day, or seconds where none is known', () => {
  assert.equal(clockOf('2026-03-05T18:59:02.4446365'), (18 * 3600 + 59 * 60 + 2.4446365) * 1000);
  assert.equal(clockOf('6:59:13.0000001 PM'), (18 * 3600 + 59 * 60 + 13) * 1000 + 0.0001);
  assert.equal(clockOf('12:00:00 AM'), 0);
  assert.equal(clockOf('nothing'), null);
  const times = ticks(0, 28000, 1300, clockOf('18:59:02.5'));
  assert.equal(times[0].text, '18:59:05');
  assert.ok(times.length >= 5 && times.length <= 12);
  assert.equal(ticks(0, 10, 1300, null)[1].text, '+0.001 s');
  assert.deepEqual(ticks(5, 5, 100, null), []);
});
test('zooming stays within the whole', () => {
  const whole = { from: 0, to: 100 };
  assert.deepEqual(zoomed(whole, 0.5, 50, whole), { from: 25, to: 75 });
  assert.deepEqual(zoomed({ from: 25, to: 75 }, 4, 50, whole), whole);
  assert.deepEqual(zoomed(whole, 0.5, 0, whole), { from: 0, to: 50 });
  assert.deepEqual(zoomed({ from: 0, to: 50 }, 1, 80, whole).to <= 100, true);
});

const key = (name, more = {}) => ({ key: name, ctrlKey: false, altKey: false, metaKey: false, shiftKey: false, ...more });
test('letters act alone, and only when they may', () => {
  assert.equal(actionOf(key('i'), true), 'include');
  assert.equal(actionOf(key('i'), false), null);
  assert.equal(actionOf(key('ArrowDown'), false), 'down');
  for (const held of ['ctrlKey', 'altKey', 'metaKey']) assert.equal(actionOf(key('c', { [held]: true }), true), null);
  assert.equal(actionOf(key('C', { shiftKey: true }), true), 'copyRow');
  assert.equal(actionOf(key('?', { shiftKey: true }), true), 'help');
  const keys = [...GRID_KEYS, ...LETTER_KEYS].map(it => it[0]);
  assert.equal(new Set(keys).size, keys.length);
});

const REPORT = JSON.stringify({
  captures: [{ first_time: '2026-03-05T18:59:02.4446365' }, {}], guid_signs: SIGNS,
  findings: [{ signature: 'MK-01', title: 'one', evidence: [{ capture: 0, events: [7, 3] }] }, { signature: 'MK-04', title: 'two', evidence: [{ capture: 0, events: [7] }] }],
  timeline: [{ capture: 1, event: 5, events: [5, 6], failed: true }, { capture: 1, event: 9, events: [], failed: false }],
  verdict: { evidence: [{ capture: 1, event: 2 }, { capture: 0, event: 7 }, { capture: null, event: null }, { capture: 0, event: 7 }] },
});
test('evidence and flagged results are those of the report', () => {
  const read = readReport(new TextEncoder().encode(REPORT));
  assert.deepEqual(keptEvents(read.byCapture[0]), [3, 7]);
  assert.deepEqual(read.byCapture[0].evidence.get(7).map(it => it.signature), ['MK-01', 'MK-04']);
  assert.deepEqual([...read.byCapture[1].failed], [5, 6]);
  assert.deepEqual(read.places.map(it => [it.capture, it.event]), [[0, 7], [1, 2]]);
});
test('next and previous evidence go around', () => {
  const places = [{ capture: 0, event: 3 }, { capture: 0, event: 7 }, { capture: 1, event: 2 }];
  assert.equal(nextPlace(places, 0, 3, 1), 1);
  assert.equal(nextPlace(places, 0, 8, 1), 2);
  assert.equal(nextPlace(places, 1, 2, 1), 0);
  assert.equal(nextPlace(places, 0, 3, -1), 2);
  assert.equal(nextPlace([], 0, 3, 1), -1);
});
test('times of the report are apart by parts of a millisecond, too', () => {
  assert.ok(Math.abs(msAfter('2026-03-05T18:59:02.4446365', '2026-03-05T18:59:03.0000000') - 555.3635) < 1e-6);
  assert.equal(msAfter('2026-03-05T18:59:02Z', '2026-03-05T19:59:03+01:00'), 1000);
  assert.equal(msAfter('18:59:02', '2026-03-05T18:59:02'), null);
});

test('rows that are put in later are those that the page had, in their order', () => {
  const page = bodies => `<table><tbody><tr><td>steps</table><table class="evt"><thead><tr></thead>${bodies.map(it => `\n<tbody>${it}`).join('')}</table><p>behind<table><tbody><tr></table>`;
  const bodies = ['<tr id=e1><td>1', '<tr id=e2><td>2<tr id=e3><td>3', '<tr id=e4><td>4'];
  const { html, rest } = cutRows(page(bodies));
  assert.equal(html.replace('\n</table>', '</table>'), page(bodies.slice(0, 1)));
  assert.deepEqual(rest.map(it => it.replace('\n</table>', '</table>')), bodies.slice(1).map(it => `<table><tbody>${it}</table>`));
  for (const whole of [page(bodies.slice(0, 1)), page([]), '<p>no rows', '']) assert.deepEqual(cutRows(whole), { html: whole, rest: [] });
});

test('answers find their questions, and a dead worker rejects what it owes', async () => {
  const sent = [];
  const port = { postMessage: message => sent.push(message) };
  const engine = speakWith(port);
  const [one, two] = [engine.ask('rows', { from: 1 }), engine.ask('find', {})];
  const progress = [];
  one.onprogress = it => progress.push(it);
  port.onmessage({ data: { id: two.id, error: { message: 'no such view' } } });
  port.onmessage({ data: { id: one.id, progress: 5 } });
  port.onmessage({ data: { id: one.id, answer: 'x' } });
  await assert.rejects(two, /no such view/);
  assert.deepEqual([await one, progress, sent[0].ask, sent[0].from], ['x', [5], 'rows', 1]);
  const owed = engine.ask('view', {});
  port.onerror({ message: 'out of memory' });
  await assert.rejects(owed, /has stopped: out of memory/);
  await assert.rejects(engine.ask('rows', {}), /has stopped/);
});

test('a saved file is named like its capture', () => {
  assert.equal(stemOf('C:\\x\\guid-changed.csv'), 'guid-changed');
  assert.equal(stemOf('Logfile.PML.gz'), 'Logfile');
  assert.equal(stemOf('.csv'), 'capture');
});

test('the page is one script that asks for nothing and stores nothing', () => {
  const script = oneScript(new URL('../page/viewer.js', import.meta.url).pathname);
  for (const word of ['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'document.write', 'http:', 'https:', 'fetch(', 'eval(', 'XMLHttp', 'WebSocket', 'localStorage', 'sessionStorage', 'indexedDB', 'cookie', 'sendBeacon', 'new Function', 'import(']) {
    // The namespace of SVG is a name, not an address.
    assert.ok(!script.replaceAll('http://www.w3.org/2000/svg', '').includes(word), word);
  }
  assert.ok(!/^import |^export /m.test(script));
  new Function(script);
});
