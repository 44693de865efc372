// What is seen while captures are read.
import { byId, make, press, say } from './dom.js';
import { byteCount, counted, thousands, timeSpan } from './text.js';

// Shows progress until `end` is called. `stop` is what the button does; `words` its name.
export const showLoading = (title, words, stop) => {
  const root = byId('v-loading');
  const line = make('p', null, 'Opening.');
  const bar = make('div', { class: 'v-bar', role: 'progressbar', 'aria-label': title, 'aria-valuemin': '0', 'aria-valuemax': '100', 'aria-valuenow': '0' }, make('div'));
  const button = press(words, () => { button.disabled = true; button.textContent = 'Stopping.'; stop(); }, { id: 'v-stop' });
  root.replaceChildren(make('h1', null, title), line, bar, make('p', { class: 'v-acts' }, button));
  root.hidden = false;
  const began = performance.now();
  let told = 0;
  return {
    progress({ bytes, of, events, found, name }) {
      const share = of ? Math.min(1, bytes / of) : 0;
      const left = share > 0.05 && share < 1 ? (performance.now() - began) * (1 - share) / share : null;
      const parts = [`${byteCount(bytes)} of ${byteCount(of)}`, counted(events || 0, 'event', 'events')];
      if (left !== null && left > 1000) parts.push(`about ${timeSpan(left)} left`);
      let text = `${name ? `${name}: ` : ''}${parts.join(', ')}.`;
      if (found && (found.reads || found.steps)) text += ` Found so far: ${counted(found.reads, 'read of MachineGuid', 'reads of MachineGuid')}, ${counted(found.steps, 'step at key files', 'steps at key files')}.`;
      line.textContent = text;
      const percent = Math.floor(share * 100);
      byId('v-tool').textContent = `reading, ${percent} %`;
      bar.firstChild.style.width = `${share * 100}%`;
      bar.setAttribute('aria-valuenow', String(percent));
      if (percent >= told + 10) {
        told = percent - percent % 10;
        say(`${told} percent read, ${thousands(events || 0)} events`);
      }
    },
    end() { root.hidden = true; root.replaceChildren(); },
  };
};
