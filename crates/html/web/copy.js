// The buttons that copy what stands beside them.
export const all = (what, where = document) => [...where.querySelectorAll(what)];

export const copyText = async text => {
  try { await navigator.clipboard.writeText(text); } catch {
    // A page that was opened from a file has no clipboard.
    const before = document.activeElement;
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
    if (before) before.focus({ preventScroll: true });
  }
};

export const connectCopying = root => {
  for (const button of all('.cp', root)) {
    const source = button.parentElement.querySelector('code, .t');
    const text = source.textContent;
    button.hidden = false;
    button.setAttribute('aria-label', 'Copy ' + text);
    button.addEventListener('click', async () => {
      await copyText(text);
      button.textContent = 'Copied';
      setTimeout(() => { button.textContent = 'Copy'; }, 1500);
    });
  }
};
