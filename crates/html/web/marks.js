// The marks of a drawing and the rows of its table.
import { all } from './copy.js';

export const connectMarks = root => {
  for (const drawing of all('.d', root)) {
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
};
