// The line under the bar: the verdict in the words of the report, and its evidence.
import { byId, make, press } from './dom.js';
import { nextPlace } from './report-json.js';

// `page` is a parsed page of the report, `source.go(place)` shows an event, `source.current()` is
// {capture, event} by the report's own numbers of captures, `source.report()` opens the report.
export const showVerdict = (page, report, source) => {
  const root = byId('v-verdict');
  const { places } = report;
  const told = make('span', { class: 'v-dim' });
  const tell = (capture, event) => {
    const at = places.findIndex(it => it.capture === capture && it.event === event);
    told.textContent = !places.length ? '' : at < 0 ? `${places.length} ${places.length === 1 ? 'event shows it' : 'events show it'}` : `evidence ${at + 1} of ${places.length}`;
  };
  const step = direction => {
    const { capture, event } = source.current();
    const at = nextPlace(places, capture, event, direction);
    if (at >= 0) source.go(places[at]);
  };
  const state = page.tag ? document.importNode(page.tag, true) : null;
  // Its link leads into the report, which may not be the tab that is shown.
  if (state) for (const link of state.querySelectorAll('a')) link.addEventListener('click', event => { event.preventDefault(); source.finding(link.getAttribute('href').slice(1)); });
  const guids = page.guids.slice(0, 2).map(it => {
    const sign = document.importNode(it, true);
    const whole = sign.querySelector('.t');
    if (whole) { sign.title = whole.textContent; whole.replaceWith(whole.querySelector('b') || whole); }
    return sign;
  });
  root.className = `v-verdict ${page.tag ? [...page.tag.classList].filter(it => it.startsWith('t-')).map(it => `v-${it}`).join(' ') : ''}`;
  root.replaceChildren(
    ...[state, make('b', { class: 'v-headline' }, page.title)].filter(Boolean),
    make('span', { class: 'v-guids' }, guids.flatMap((it, at) => (at ? [make('span', { 'aria-hidden': 'true' }, '→'), make('span', { class: 'vh' }, 'to'), it] : [it]))),
    make('span', { class: 'v-right' }, told,
      places.length ? press('← Previous', () => step(-1)) : null, places.length ? press('Next →', () => step(1)) : null,
      press('Full report', source.report, { id: 'v-full' })),
  );
  tell(0, 0);
  return { tell, step };
};
