// The keys. Single letters act only while the rows have the focus, and can be turned off.
import { make, byId, press } from './dom.js';

// [key, shift, name of the action, what it does]; `shift: null` means that it does not matter.
export const GRID_KEYS = [
  ['ArrowUp', null, 'up', 'row above'], ['ArrowDown', null, 'down', 'row below'],
  ['ArrowLeft', null, 'left', 'cell to the left'], ['ArrowRight', null, 'right', 'cell to the right'],
  ['PageUp', null, 'pageUp', 'a page up'], ['PageDown', null, 'pageDown', 'a page down'],
  ['Home', null, 'home', 'first row'], ['End', null, 'end', 'last row'],
  ['Enter', null, 'menu', 'menu of the cell'], ['Escape', null, 'close', 'close the menu'],
];
export const LETTER_KEYS = [
  ['i', false, 'include', 'include only this value'], ['x', false, 'exclude', 'exclude this value'],
  ['h', false, 'highlight', 'highlight this value'], ['c', false, 'copy', 'copy the cell'],
  ['C', true, 'copyRow', 'copy the row as CSV'], ['n', false, 'next', 'next evidence'],
  ['p', false, 'previous', 'previous evidence'], ['g', false, 'go', 'go to an event by its number'],
  ['/', null, 'filter', 'filter or search'], ['[', null, 'threadBack', 'the same thread, before'],
  [']', null, 'threadOn', 'the same thread, after'], ['1', null, 'tab1', 'Report'],
  ['2', null, 'tab2', 'Events'], ['3', null, 'tab3', 'Processes'], ['4', null, 'tab4', 'Compare'],
  ['+', null, 'zoomIn', 'enlarge the time'], ['-', null, 'zoomOut', 'less of the time at once'],
  ['0', null, 'zoomAll', 'the whole time'], ['?', null, 'help', 'these keys'],
];

// The action of a key that was pressed while the rows have the focus; null for none. What is
// pressed with Ctrl, Alt or the Windows key belongs to the browser.
export const actionOf = (event, useLetters) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return null;
  const find = keys => keys.find(([key, shift]) => key === event.key && (shift === null || shift === event.shiftKey));
  const found = find(GRID_KEYS) || (useLetters ? find(LETTER_KEYS) : null);
  return found ? found[2] : null;
};

const NAMES = { ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→', PageUp: 'PgUp', PageDown: 'PgDn', Escape: 'Esc', C: 'Shift c' };
export const keyName = key => NAMES[key] || key;

const listOf = keys => make('dl', { class: 'v-keylist' }, keys.flatMap(([key, , , what]) =>
  [make('dt', null, make('kbd', null, keyName(key))), make('dd', null, what)]));

// Shows the dialog. `settings.letters` is whether single letters act.
export const showKeys = settings => {
  const dialog = byId('v-keys');
  const letters = make('input', { type: 'checkbox', onchange: event => { settings.letters = event.target.checked; settings.changed(); } });
  letters.checked = settings.letters;
  dialog.replaceChildren(
    make('h2', { id: 'v-keys-title' }, 'Keys'),
    make('p', null, make('kbd', null, 'F6'), ' moves between the parts of the page, ', make('kbd', null, 'Shift F6'), ' back. All other keys act while the rows of Events have the focus.'),
    make('div', { class: 'v-two' }, listOf(GRID_KEYS), listOf(LETTER_KEYS)),
    make('p', null, make('label', null, letters, ' single letters and signs act')),
    press('Close', () => dialog.close()),
  );
  dialog.showModal();
};
