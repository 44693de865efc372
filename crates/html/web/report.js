'use strict';
(() => {
// The page is whole without this: it copies, filters, and connects marks with rows.
const all = (what, where = document) => [...where.querySelectorAll(what)];

const copy = async text => {
  try { await navigator.clipboard.writeText(text); } catch {
    // A page that was opened from a file has no clipboard.
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
};
for (const button of all('.cp')) {
  const source = button.parentElement.querySelector('code, .t');
  const text = source.textContent;
  button.hidden = false;
  button.setAttribute('aria-label', 'Copy ' + text);
  button.addEventListener('click', async () => {
    await copy(text);
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = 'Copy'; }, 1500);
  });
}

const form = document.querySelector('.bar');
if (form) {
  const rows = all('.evt tbody tr');
  const texts = rows.map(row => row.textContent.toLowerCase());
  const [query, only, count] = ['q', 'only', 'count'].map(id => document.getElementById(id));
  // A range of events such as 1305-1462, or 2:1305-1462 of the second capture; else a text.
  const place = row => row.id.slice(1).split('-').map(Number);
  const apply = () => {
    const wanted = query.value.trim().toLowerCase();
    const range = wanted.match(/^(?:(\d+):)?(\d+)-(\d+)$/);
    const inRange = row => {
      const at = place(row);
      const event = at.pop();
      return (!range[1] || at[0] === +range[1]) && event >= +range[2] && event <= +range[3];
    };
    let shown = 0;
    rows.forEach((row, at) => {
      const fits = (!only.checked || row.classList.contains('e')) && (range ? inRange(row) : texts[at].includes(wanted));
      row.hidden = !fits;
      shown += fits;
    });
    count.textContent = `${shown} of ${rows.length} rows`;
  };
  form.hidden = false;
  form.addEventListener('submit', event => event.preventDefault());
  query.addEventListener('input', apply);
  only.addEventListener('change', apply);
  // A row that a link leads to is shown, whatever the filter says.
  for (const head of all('.phh')) {
    head.addEventListener('click', event => {
      event.preventDefault();
      query.value = head.dataset.events;
      only.checked = false;
      apply();
      document.getElementById('events').scrollIntoView();
      query.focus({ preventScroll: true });
    });
  }
  const reveal = () => {
    const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (row && row.hidden) { query.value = ''; only.checked = false; apply(); row.scrollIntoView(); }
  };
  addEventListener('hashchange', reveal);
}

for (const drawing of all('.d')) {
  const marks = all('a[href]', drawing);
  // Its marks take the focus, so that the box around them is no stop of its own.
  if (marks.length) drawing.parentElement.removeAttribute('tabindex');
  const rowOf = mark => document.getElementById(mark.getAttribute('href').slice(1));
  marks.forEach((mark, at) => {
    const light = on => () => { const row = rowOf(mark); if (row) row.classList.toggle('hot', on); };
    for (const [name, on] of [['mouseenter', true], ['mouseleave', false], ['focus', true], ['blur', false]]) {
      mark.addEventListener(name, light(on));
    }
    // One stop for the tab key; arrows go from mark to mark.
    mark.setAttribute('tabindex', at ? '-1' : '0');
    mark.addEventListener('keydown', event => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const next = marks[at + step];
      if (!next) return;
      event.preventDefault();
      mark.setAttribute('tabindex', '-1');
      next.setAttribute('tabindex', '0');
      next.focus();
    });
  });
}

addEventListener('beforeprint', () => all('details').forEach(part => { part.open = true; }));
})();
