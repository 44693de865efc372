// Pages that the engine makes, put into this page: parsed without running anything, and without
// their head, bar and script.
import { connectCopying } from '../../html/web/copy.js';
import { connectMarks } from '../../html/web/marks.js';
import { connectRows } from '../../html/web/rows.js';
import { cutRows } from './cut.js';
import { byId, make } from './dom.js';

const parsed = html => {
  const page = new DOMParser().parseFromString(html, 'text/html');
  for (const element of page.querySelectorAll('script, style, meta, link, iframe, object, embed, base')) element.remove();
  return page;
};

// The parts of a page of crates/html: {content, tag, title, guids, symbols, rest}; `rest` are rows that are not in it yet.
export const parsePage = whole => {
  const { html, rest } = cutRows(whole);
  const page = parsed(html);
  const hero = page.querySelector('.hero');
  const tag = hero && hero.querySelector('.tag');
  return {
    rest,
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
  connectMarks(body);
  fillRows(body, page.rest, () => connectRows(body));
  return body;
};

// Puts the other rows into the table, some at a time, so that the page answers meanwhile; at once where they are needed.
const fillRows = (body, rest, then) => {
  const table = body.querySelector('.evt');
  let at = table ? 0 : rest.length;
  const next = () => {
    for (const rows of parsed(rest[at]).querySelectorAll('tbody')) table.append(document.adoptNode(rows));
    at += 1;
  };
  const stop = () => {
    removeEventListener('beforeprint', all);
    body.removeEventListener('click', atOnce, true);
  };
  const all = () => { if (at < rest.length) { while (at < rest.length) next(); stop(); then(); } };
  const atOnce = event => { if (event.target.closest('a[href^="#e"], .phh')) all(); };
  const go = () => {
    if (at >= rest.length) return;
    if (!body.isConnected) { stop(); return; }
    next();
    if (at < rest.length) setTimeout(go);
    else { stop(); then(); }
  };
  if (at >= rest.length) { then(); return; }
  addEventListener('beforeprint', all);
  body.addEventListener('click', atOnce, true);
  setTimeout(go);
};

// A link within the page that is shown leads to its place.
export const reveal = (root, id) => {
  const target = root.querySelector(`[id="${CSS.escape(id)}"]`);
  if (!target) return false;
  for (let at = target; at && at !== root; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true;
  target.scrollIntoView();
  return true;
};
