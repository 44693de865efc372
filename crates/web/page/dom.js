// Making elements. Texts of a capture only ever become text.
import { visible } from './text.js';

export const byId = id => document.getElementById(id);

// An element with attributes, listeners (names that begin with `on`), and children.
export const make = (tag, attributes, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
  return element;
};

export const press = (text, onclick, attributes) => make('button', { type: 'button', class: 'v-b', onclick, ...attributes }, text);

// A text from outside, with what cannot be seen written out.
export const shown = text => document.createTextNode(visible(text));

export const say = text => { byId('v-say').textContent = text; };
