// How captures are read where they leave it open, and the colours.
import { byId, make, press } from './dom.js';

// In the words of the program: [name, flag, label, what it is, example]
const FIELDS = [
  ['tz', '--tz', 'Time zone', 'Zone of the clock in an export, or to show a native log in', 'UTC, +02:00 or Europe/Berlin'],
  ['date', '--date', 'Date', 'Day of the first event, for an export without dates', '2026-03-05'],
  ['date_order', '--date-order', 'Date order', 'Order of day (d), month (m) and year (y), where an export leaves it open', 'dmy, mdy or ymd'],
  ['encoding', '--encoding', 'Encoding', 'Encoding of a text without a byte order mark', 'windows-1252, 1251, shift_jis, utf-16le …'],
];

// Shows the dialog. `settings` has reading and theme; `read(reading)` fails with what is wrong; `paint()` draws again.
export const showSettings = (settings, { read, paint }) => {
  const dialog = byId('v-keys');
  const told = make('p', { class: 'v-q-told', role: 'alert' });
  const inputs = FIELDS.map(([name, , , , example]) => make('input', { id: `v-set-${name}`, value: settings.reading[name] || '', placeholder: example, autocomplete: 'off', spellcheck: 'false', 'aria-describedby': `v-set-${name}-what` }));
  const theme = make('select', { id: 'v-set-theme', onchange: () => {
    settings.theme = theme.value;
    if (theme.value) document.documentElement.dataset.theme = theme.value;
    else delete document.documentElement.dataset.theme;
    paint();
  } }, [['', 'as the system'], ['light', 'light'], ['dark', 'dark']].map(([value, text]) => make('option', { value, selected: value === settings.theme }, text)));
  const apply = async event => {
    event.preventDefault();
    const reading = Object.fromEntries(FIELDS.map(([name], at) => [name, inputs[at].value.trim()]));
    told.textContent = '';
    try {
      await read(reading);
      dialog.close();
    } catch (error) { told.textContent = error.message; }
  };
  dialog.replaceChildren(
    make('h2', { id: 'v-keys-title' }, 'Settings'),
    make('p', null, 'Nothing of this is stored. What is left empty is what the file says, or is found out.'),
    make('form', { class: 'v-set', onsubmit: apply },
      FIELDS.map(([name, flag, label, what], at) => [make('label', { for: `v-set-${name}` }, `${label} `, make('code', null, flag)), inputs[at], make('small', { id: `v-set-${name}-what` }, what)]).flat(),
      make('label', { for: 'v-set-theme' }, 'Colours'), theme, make('small', null, 'Light, dark, or as the system has them'),
      told, make('p', { class: 'v-acts' }, make('button', { class: 'v-b' }, 'Read with these'), ' ', press('Close', () => dialog.close()))),
  );
  dialog.showModal();
};
