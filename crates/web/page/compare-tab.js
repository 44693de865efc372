// Two captures beside each other: which is the good one, and the page about both.
import { make, press, shown } from './dom.js';

// `captures` are {capture, name}; `source.compare(good, bad)` starts it, `source.choose()` opens files.
export const showCompareForm = (root, captures, chosen, source) => {
  const select = (label, id, value) => make('label', { for: id }, label, ' ', make('select', { id },
    captures.map(it => make('option', { value: it.capture, selected: it.capture === value }, shown(it.name)))));
  const children = [make('h1', null, 'Compare a good start with a bad one')];
  if (captures.length < 2) {
    children.push(make('p', { class: 'lead' }, captures.length ? 'One capture is open. Add the capture of a start on which all went well.' : 'Open two captures: one of a good start, one of a bad one.'),
      press('Add a capture…', source.choose));
  } else {
    const good = select('Good', 'v-good', chosen.good ?? captures[0].capture);
    const bad = select('Bad', 'v-bad', chosen.bad ?? captures[1].capture);
    children.push(make('p', { class: 'v-acts' }, good, bad, press('Swap', () => {
      const [one, other] = [good, bad].map(it => it.querySelector('select'));
      [one.value, other.value] = [other.value, one.value];
    }), press('Compare', () => source.compare(+good.querySelector('select').value, +bad.querySelector('select').value), { id: 'v-do-compare' })));
    children.push(make('p', { id: 'v-compare-told', role: 'alert' }));
  }
  root.replaceChildren(make('div', { class: 'wrap v-pad v-form' }, children), make('div', { id: 'v-compared' }));
};
