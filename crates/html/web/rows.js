// The filter above the rows of a report.
import { all } from './copy.js';

// A range of events such as 1305-1462, or 2:1305-1462 of the second capture; else a text.
export const connectRows = root => {
  const form = root.querySelector('.bar');
  if (!form) return;
  const rows = all('.evt tbody tr', root);
  const texts = rows.map(row => row.textContent.toLowerCase());
  const [query, only, count] = ['q', 'only', 'count'].map(id => root.querySelector('#' + id));
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
  for (const head of all('.phh', root)) {
    head.addEventListener('click', event => {
      event.preventDefault();
      query.value = head.dataset.events;
      only.checked = false;
      apply();
      root.querySelector('#events').scrollIntoView();
      query.focus({ preventScroll: true });
    });
  }
  // A row that a link leads to is shown, whatever the filter says.
  addEventListener('hashchange', () => {
    const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (row && row.hidden) { query.value = ''; only.checked = false; apply(); row.scrollIntoView(); }
  });
};
