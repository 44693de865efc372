// A menu at a place: arrows, Home, End, Enter, Esc, and the letter of an entry.
import { make } from './dom.js';

let open = null;

export const closeMenu = (giveBack = true) => {
  if (!open) return;
  const { element, before, away } = open;
  open = null;
  document.removeEventListener('pointerdown', away, true);
  element.remove();
  if (giveBack && before && before.isConnected) before.focus({ preventScroll: true });
};

// `entries` are {text, key, run} (and `shown`, a name of the key), or null for a line; `place` is a rectangle of the window.
export const openMenu = (title, entries, place) => {
  closeMenu(false);
  const before = document.activeElement;
  const run = entry => { closeMenu(); entry.run(); };
  const items = [];
  const children = entries.map(entry => {
    if (!entry) return make('div', { role: 'separator' });
    const item = make('div', { role: 'menuitem', tabindex: '-1', onclick: () => run(entry) },
      make('span', null, entry.text), entry.key ? make('kbd', { 'aria-hidden': 'true' }, entry.shown || entry.key) : null);
    item.entry = entry;
    items.push(item);
    return item;
  });
  const list = make('div', { role: 'menu', 'aria-label': title.textContent || title }, children);
  const element = make('div', { class: 'v-menu' }, make('p', { 'aria-hidden': 'true' }, title), list);
  element.addEventListener('keydown', event => {
    event.stopPropagation();
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: (at + 1) % items.length, ArrowUp: (at + items.length - 1) % items.length, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) items[to].focus();
    else if (event.key === 'Enter' || event.key === ' ') run(items[at].entry);
    else if (event.key === 'Escape' || event.key === 'Tab') closeMenu();
    else {
      const letter = items.find(item => item.entry.key === event.key);
      if (!letter || event.ctrlKey || event.altKey || event.metaKey) return;
      run(letter.entry);
    }
    event.preventDefault();
  });
  document.body.append(element);
  const { width, height } = element.getBoundingClientRect();
  element.style.left = `${Math.max(8, Math.min(place.left, innerWidth - width - 8))}px`;
  const below = place.bottom + 2;
  element.style.top = `${below + height <= innerHeight - 8 ? below : Math.max(8, place.top - height - 2)}px`;
  const away = event => { if (!element.contains(event.target)) closeMenu(false); };
  document.addEventListener('pointerdown', away, true);
  open = { element, before, away };
  items[0].focus();
};
