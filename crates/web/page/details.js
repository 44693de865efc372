// The pane beside the rows: everything that the capture says of one event.
import { make, press, shown } from './dom.js';
import { thousands } from './text.js';

const CRYPTO = /^(crypt32|cryptsp|cryptbase|cryptnet|cryptsvc|bcrypt|bcryptprimitives|ncrypt|ncryptprov|rsaenh|dssenh|dpapi|dpapisrv|keyiso|advapi32|cngaudit|pstorsvc)\.(dll|exe|sys)$/i;
// Said above, in a place of their own.
const ABOVE = new Set(['Operation', 'Result', 'Detail']);
const FIRST = ['Date & Time', 'Time of Day', 'Process Name', 'PID', 'TID', 'Path', 'Duration', 'User', 'Command Line'];

const inOrder = columns => {
  const place = name => { const at = FIRST.indexOf(name); return at < 0 ? FIRST.length : at; };
  return columns.filter(([name, text]) => !ABOVE.has(name) && text !== null && text !== '')
    .sort(([one], [other]) => place(one) - place(other));
};

const stackTable = stack => make('table', { class: 'v-stack' },
  make('caption', null, make('b', null, 'Call stack'), ' innermost first'),
  make('thead', { class: 'vh' }, make('tr', null, ['Frame', 'Module', 'Place'].map(head => make('th', { scope: 'col' }, head)))),
  make('tbody', null, stack.map(frame => make('tr', { class: `${frame.kernel ? 'v-kernel' : ''}${CRYPTO.test(frame.module || '') ? ' v-crypto' : ''}` },
    make('td', null, `${frame.kernel ? 'K' : 'U'} ${frame.frame}`),
    make('td', { title: frame.path || '' }, shown(frame.module || '')),
    make('td', null, shown(frame.location || frame.address || ''))))));

// `event` is the answer of the engine, `about` what the report says of this event:
// {findings: [{signature, title}], failed}. `acts` has what its buttons do.
export const showDetails = (pane, event, about, acts) => {
  const column = name => (event.columns.find(([it]) => it === name) || [])[1];
  const result = column('Result');
  const list = inOrder(event.columns).flatMap(([name, text]) => [make('dt', null, shown(name)), make('dd', name === 'Path' || name === 'Command Line' ? { class: 'v-mono' } : null, shown(text))]);
  const detail = event.detail.length
    ? event.detail.flatMap(([key, value]) => [make('dt', null, shown(key)), make('dd', null, shown(value))])
    : column('Detail') ? [make('dt', null, 'Detail'), make('dd', null, shown(column('Detail')))] : [];
  pane.replaceChildren(
    make('h2', null, shown(column('Operation') || 'Event'), make('small', null, ` event ${thousands(event.event)}`)),
    result ? make('p', { class: `v-result${about.failed ? ' fail' : ''}` }, shown(result)) : '',
    event.meaning ? make('p', { class: 'v-mean' }, shown(event.meaning)) : '',
    ...about.findings.map(it => make('p', { class: 'v-proves' }, make('b', null, it.signature), ' ',
      make('a', { href: `#${it.signature}`, onclick: click => { click.preventDefault(); acts.finding(it.signature); } }, shown(`evidence of: ${it.title}`)))),
    make('dl', null, list, detail),
    make('div', { class: 'v-acts' }, press('Copy row', acts.copyRow), press('Copy path', acts.copyPath), press('Same file', acts.sameFile), press('Same thread', acts.sameThread)),
    event.stack && event.stack.length ? stackTable(event.stack) : '',
  );
  pane.scrollTop = 0;
};
