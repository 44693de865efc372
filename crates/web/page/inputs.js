// How files come in: chosen, dropped, pasted.
import { byId } from './dom.js';

// Files of a drop, with those in folders. Names are those of the files, without their folders.
const dropped = async transfer => {
  const entries = [...transfer.items].map(item => (item.webkitGetAsEntry ? item.webkitGetAsEntry() : null));
  if (!entries.some(entry => entry && entry.isDirectory)) return [...transfer.files];
  const files = [];
  const walk = async entry => {
    if (!entry || files.length >= 1000) return;
    if (entry.isFile) { files.push(await new Promise((done, failed) => entry.file(done, failed))); return; }
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (!some.length) return;
      for (const it of some) await walk(it);
    }
  };
  for (const entry of entries) await walk(entry);
  return files;
};

// `take(files)` gets a list of {file, name}.
export const connectInputs = take => {
  const input = byId('v-input');
  const named = files => files.map(file => ({ file, name: file.name }));
  const choose = () => input.click();
  input.addEventListener('change', () => {
    const files = [...input.files];
    input.value = '';
    if (files.length) take(named(files));
  });
  byId('v-choose').addEventListener('click', choose);
  byId('v-add').addEventListener('click', choose);

  const over = byId('v-over');
  let depth = 0;
  const hasFiles = event => event.dataTransfer && [...event.dataTransfer.types].includes('Files');
  addEventListener('dragenter', event => { if (hasFiles(event)) { depth += 1; over.hidden = false; event.preventDefault(); } });
  addEventListener('dragleave', event => { if (hasFiles(event)) { depth = Math.max(0, depth - 1); over.hidden = depth === 0; } });
  addEventListener('dragover', event => { if (hasFiles(event)) { event.preventDefault(); event.dataTransfer.dropEffect = 'copy'; } });
  addEventListener('drop', async event => {
    depth = 0;
    over.hidden = true;
    if (!hasFiles(event)) return;
    event.preventDefault();
    const files = await dropped(event.dataTransfer);
    if (files.length) take(named(files));
  });
  addEventListener('paste', event => {
    if (event.target.closest && event.target.closest('input, textarea')) return;
    const files = [...event.clipboardData.files];
    const text = event.clipboardData.getData('text/plain');
    if (files.length) take(named(files));
    else if (text.trim()) take([{ file: new File([text], 'pasted.txt', { type: 'text/plain' }), name: 'pasted.txt' }]);
    else return;
    event.preventDefault();
  });
};
