// Called by compare.py: CHROMIUM PAGE QUESTIONS FOLDER, in the folder of the captures. Saves the report
// as JSON, and the rows of each capture as JSON lines.
import { readFileSync, writeFileSync } from 'node:fs';
import { closeAll, counted, give, saveAs, startViewer } from './viewer-page.mjs';

const [browserPath, pagePath, list, folder] = process.argv.slice(2);
const faults = [];
const { browser, open } = await startViewer(browserPath, pagePath, (fits, text) => { if (!fits) faults.push(text); });

const answer = async (page, { name, captures, witnesses, members }) => {
  await give(page, ...captures, ...witnesses.map(([, file]) => file));
  // A report; or a page, or a line, that says why there is none.
  await page.waitForSelector('#v-save:not([hidden]), #v-back, .v-fault');
  if (!await page.isVisible('#v-save')) {
    if (await page.isVisible('#v-back')) await page.click('#v-back');
    return;
  }
  writeFileSync(`${folder}/${name}.json`, (await saveAs(page, 'Report as JSON')).bytes);
  if (captures.length === 1 && !witnesses.length) {
    await page.click('#v-tab-events');
    for (const [place, member] of (members.length ? members : [null]).entries()) {
      if (place) {
        const before = await page.textContent('.v-count');
        await page.selectOption('[aria-label=Capture]', { index: place });
        await page.waitForFunction(text => document.querySelector('.v-count').textContent !== text, before);
      }
      await counted(page);
      const file = member === null ? name : `${name}--${member}`;
      writeFileSync(`${folder}/${file}.rows.jsonl`, (await saveAs(page, 'Rows as JSON lines')).bytes);
    }
  }
  await closeAll(page);
};

const waiting = JSON.parse(readFileSync(list, 'utf8'));
const work = async () => {
  const page = await open('everywhere');
  for (let question = waiting.shift(); question; question = waiting.shift()) {
    try { await answer(page, question); } catch (error) { throw new Error(`${question.name}: ${error.message}`); }
  }
};
try { await Promise.all([work(), work()]); } finally { await browser.close(); }
if (faults.length) {
  console.error(faults.join('\n'));
  process.exit(1);
}
