// Pages that the engine makes, put into this page: parsed without running anything, and without
// their head, bar and script.
import { connectCopying } from '../../html/web/copy.js';
import { connectMarks } from '../../html/web/marks.js';
import { connectRows } from '../../html/web/rows.js';
import { byId, make } from './dom.js';

// The parts of a page of crates/html: {content, tag, title, guids, symbols}.
export const parsePage = html => {
  const page = new DOMParser().parseFromString(html, 'text/html');
  for (const element of page.querySelectorAll('script, style, meta, link, iframe, object, embed, base')) element.remove();
  const hero = page.querySelector('.hero');
  const tag = hero && hero.querySelector('.tag');
  return {
    symbols: page.querySelector('.defs'),
    tag,
    title: page.querySelector('h1') ? page.querySelector('h1').textContent : '',
    guids: [...page.querySelectorAll('.guids .g')],
    content: [...(page.querySelector('main') ? page.querySelector('main').childNodes : []), ...page.querySelectorAll('footer')],
  };
};

// Only one page is in the document at a time, so that an id leads to one place.
export const showPage = (root, page) => {
  if (page.symbols && !byId('v-defs').firstChild) byId('v-defs').append(document.importNode(page.symbols, true));
  const body = make('div', { class: 'v-body' }, page.content.map(node => document.importNode(node, true)));
  for (const footer of body.querySelectorAll('footer')) {
    const plain = make('div', { class: 'v-foot' });
    plain.append(...footer.childNodes);
    footer.replaceWith(plain);
  }
  root.replaceChildren(body);
  connectCopying(body);
  connectRows(body);
  connectMarks(body);
  return body;
};

// A link within the page that is shown leads to its place.
export const reveal = (root, id) => {
  const target = root.querySelector(`[id="${CSS.escape(id)}"]`);
  if (!target) return false;
  for (let at = target; at && at !== root; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true;
  target.scrollIntoView();
  return true;
};
