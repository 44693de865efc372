// The rules as chips, the field for rules and searches, and what can be done with the rows.
import { copyText } from '../../html/web/copy.js';
import { byId, make, press, say, shown } from './dom.js';
import { chipWords, chipsOf, readTyped, withRule, withoutRules } from './rules.js';
import { counted, thousands } from './text.js';

// `source`: rules(), setRules(rules), highlight(), setHighlight(rules), keep(), setKeep(on), hasEvidence(),
// time() and clearTime(), captures(), setCapture(number), check(text, action) → rule,
// flags(rules) → text, search(text, back), columns().
export const makeFilterBar = source => {
  const root = byId('v-filter');
  const count = make('span', { class: 'v-count' });
  const chips = make('ul', { class: 'v-chips', 'aria-label': 'Rules' });
  const input = make('input', { type: 'search', id: 'v-q', 'aria-label': 'Rule or search', placeholder: 'Rule, or a text to search ( / )', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': 'v-q-told' });
  const told = make('span', { id: 'v-q-told', class: 'v-q-told', role: 'alert' });
  const select = make('select', { 'aria-label': 'Capture', onchange: () => source.setCapture(+select.value) });
  const copy = press('Copy as flags', async () => {
    const { flags } = await source.flags(source.rules());
    await copyText(flags);
    say('The rules were copied as flags.');
    copy.textContent = 'Copied';
    setTimeout(() => { copy.textContent = 'Copy as flags'; }, 1500);
  });
  const clear = press('Clear', () => { source.clear(); });
  const stop = press('Stop', () => source.stop(), { hidden: true });
  root.replaceChildren(select, chips, input, told, count, stop, copy, clear);

  input.addEventListener('keydown', async event => {
    if (event.key === 'Escape') { event.preventDefault(); input.value = ''; told.textContent = ''; source.focusGrid(); return; }
    if (event.key !== 'Enter') return;
    event.preventDefault();
    const typed = readTyped(input.value, source.columns());
    told.textContent = '';
    if (!typed) return;
    if (typed.search) {
      told.textContent = 'Searching.';
      const row = await source.search(typed.search, event.shiftKey).catch(error => error);
      told.textContent = row instanceof Error ? row.message : row === null ? 'No further row has this text.' : '';
      return;
    }
    try {
      const rule = await source.check(typed.rule.text, typed.rule.action);
      input.value = '';
      source.setRules(withRule(source.rules(), { ...rule, action: typed.rule.action }));
    } catch (error) { told.textContent = error.message; }
  });
  input.addEventListener('input', () => { told.textContent = ''; });

  const chipOf = (chip, remove) => make('li', { class: `v-chip v-${chip.action}` },
    make('span', { 'aria-hidden': 'true', class: 'v-sign' }, { include: '+', exclude: '−', highlight: '◐' }[chip.action]),
    make('span', { class: 'vh' }, `${chip.action}: `),
    chip.column ? make('b', null, shown(chip.column)) : '', chip.column ? ` ${chip.relation} ` : '',
    make('span', { class: 'v-values', title: chip.values.join(', ') }, shown(chip.values.map(value => value || '""').join(', '))),
    make('button', { type: 'button', 'aria-label': `Remove ${chipWords(chip)}`, onclick: remove }, '✕'));
  const plain = (text, label, remove) => make('li', { class: 'v-chip' }, text, make('button', { type: 'button', 'aria-label': label, onclick: remove }, '✕'));

  return {
    input,
    focus() { input.focus(); input.select(); },
    show() {
      const hadFocus = chips.contains(document.activeElement);
      const items = [
        ...chipsOf(source.rules()).map(chip => chipOf(chip, () => source.setRules(withoutRules(source.rules(), chip.rules)))),
        ...chipsOf(source.highlight()).map(chip => chipOf(chip, () => source.setHighlight(withoutRules(source.highlight(), chip.rules)))),
      ];
      const isFiltered = source.rules().length > 0 || source.time();
      if (source.time()) items.push(plain(source.time(), 'Remove: the chosen time', () => source.clearTime()));
      if (isFiltered && source.hasEvidence()) {
        items.push(source.keep()
          ? plain([make('span', { class: 'v-edge', 'aria-hidden': 'true' }), 'evidence kept in sight'], 'Hide evidence that the rules do not include', () => source.setKeep(false))
          : make('li', null, press('Keep evidence in sight', () => source.setKeep(true))));
      }
      chips.replaceChildren(...items);
      if (hadFocus) (chips.querySelector('button') || input).focus();
      const captures = source.captures();
      select.hidden = captures.length < 2;
      select.replaceChildren(...captures.map(it => make('option', { value: it.capture, selected: it.capture === source.capture() }, shown(it.name))));
      copy.disabled = !source.rules().length;
      clear.disabled = !isFiltered && !source.highlight().length;
    },
    reading() { count.replaceChildren('Reading.'); },
    count({ rows, events, complete, undecided, losses, stopped, isFiltered }) {
      const parts = [make('b', null, thousands(rows))];
      if (isFiltered) parts.push(` of ${counted(events, 'event', 'events')}`);
      else parts.push(rows === 1 ? ' event' : ' events');
      if (!complete) parts.push(' so far');
      if (undecided) parts.push(`; ${thousands(undecided)} cannot be decided`);
      if (losses && losses.length) parts.push(`; ${counted(losses.length, 'place', 'places')} not read`);
      if (stopped) parts.push('; stopped');
      count.replaceChildren(...parts);
      count.title = losses ? losses.slice(0, 20).join('\n') : '';
      stop.hidden = complete;
      if (complete) say(`${counted(rows, 'row', 'rows')}${isFiltered ? ` of ${counted(events, 'event', 'events')}` : ''}`);
    },
  };
};
