// The processes of a capture, and their filters.
import { make, press, shown } from './dom.js';
import { counted, thousands } from './text.js';

const MOST = 2000;
const HEADS = [['name', 'Process'], ['pid', 'PID'], ['parent', 'Parent PID'], ['events', 'Events'], ['user', 'User'], ['started', 'Started'], ['ended', 'Ended'], ['command', 'Command line']];
const NUMBERS = new Set(['pid', 'parent', 'events']);

// `answer` is columnar; `show(name, pid)` filters the events to a process; `judge(follow)` makes the report
// again, of `{processes: [name]}`, `{all: true}` or, for `{}`, as usual.
export const showProcesses = (root, title, answer, show, { follow, judge }) => {
  const all = answer.name.length;
  const headOf = name => HEADS.find(it => it[0] === name)[1];
  const heads = HEADS.filter(([name]) => (answer[name] || []).some(it => it !== null && it !== undefined && it !== ''));
  const order = [...answer.name.keys()];
  if (answer.events) order.sort((one, other) => (answer.events[other] ?? -1) - (answer.events[one] ?? -1) || one - other);
  const rows = order.slice(0, MOST).map(at => make('tr', null, heads.map(([name]) => {
    const value = answer[name][at];
    if (name === 'name') return make('th', { scope: 'row' }, shown(value ?? ''));
    if (value === null || value === undefined) return make('td');
    return make('td', { class: NUMBERS.has(name) ? 'n' : null, 'data-head': headOf(name) }, name === 'events' ? thousands(value) : shown(value));
  }), make('td', { class: 'v-two-b' }, press('Judge', () => judge({ processes: [answer.name[at]] }), { 'aria-label': `Judge ${answer.name[at]}` }), ' ', press('Events', () => show(answer.name[at], answer.pid ? answer.pid[at] : null),
    { 'aria-label': `Events of ${answer.name[at]}${answer.pid && answer.pid[at] !== null && answer.pid[at] !== undefined ? ` ${answer.pid[at]}` : ''}` }))));
  root.replaceChildren(make('div', { class: 'wrap v-pad' },
    make('h1', null, 'Processes'),
    make('p', { class: 'sub' }, shown(`${title}: ${counted(all, 'process', 'processes')}.`), all > MOST ? ` Shown: the first ${thousands(MOST)} of ${thousands(all)}, by events. All: ` : '', all > MOST ? make('code', null, 'procmonkey processes … -f json') : ''),
    make('p', { class: 'v-acts' }, follow.processes || follow.all ? `The report follows ${follow.all ? 'all processes' : follow.processes.join(', ')}.` : 'Judge makes the report follow a process.',
      follow.all ? null : press('Judge all', () => judge({ all: true })), follow.processes || follow.all ? press('Judge as usual', () => judge({})) : null),
    make('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Processes' }, make('table', { class: 'v-procs' },
      make('thead', null, make('tr', null, heads.map(([name]) => make('th', { scope: 'col', class: NUMBERS.has(name) ? 'n' : null }, headOf(name))), make('th', { scope: 'col' }, make('span', { class: 'vh' }, 'Show')))),
      make('tbody', null, rows)))));
};
