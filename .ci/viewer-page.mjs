// The viewer in a browser, for the scripts that open it: files given to it, and what it saves.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { chromium } from 'playwright-core';

// A browser, and `open`, which gives a page that is ready: long tasks are recorded, and each fault of
// the console and each request is told to `check(fits, text)`.
export const startViewer = async (browserPath, pagePath, check) => {
  const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
  const open = async (name, options = {}) => {
    const context = await browser.newContext({ viewport: { width: 1360, height: 800 }, acceptDownloads: true, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(options.patience || 60000);
    page.on('console', message => { if (!options.mayComplain) check(false, `${name}: the console says ${message.text()}`); });
    page.on('pageerror', error => check(false, `${name}: ${error.message}`));
    page.on('request', request => check(options.mayComplain || /^(file|blob|data):/.test(request.url()), `${name}: asks for ${request.url()}`));
    await page.addInitScript(() => {
      window.longTasks = [];
      new PerformanceObserver(list => { for (const it of list.getEntries()) window.longTasks.push(Math.round(it.duration)); }).observe({ type: 'longtask' });
    });
    await page.goto(`file://${resolve(pagePath)}`);
    await page.waitForSelector('html[data-ready]');
    return page;
  };
  return { browser, open };
};

export const judged = page => page.waitForSelector('#v-save:not([hidden])');
export const give = async (page, ...paths) => page.setInputFiles('#v-input', paths.map(it => resolve(it)));
export const openFiles = async (page, ...paths) => { await give(page, ...paths); await judged(page); };
// How long it takes, by the clock of the page, from what `act` does first (a file is given, a button is pressed) until it is judged
// and drawn. Whoever waits from outside looks now and then only, up to half a second too late.
export const judgingTime = async (page, act) => {
  await page.evaluate(() => {
    let began = null;
    const begin = () => { began ??= performance.now(); };
    for (const what of ['input', 'change', 'click']) addEventListener(what, begin, { capture: true, once: true });
    const save = document.getElementById('v-save');
    window.judgingTime = new Promise(done => {
      const seen = new MutationObserver(() => {
        if (began === null || save.hidden) return;
        seen.disconnect();
        requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began)));
      });
      seen.observe(save, { attributes: true });
    });
  });
  await act();
  const took = await page.evaluate(() => window.judgingTime);
  await judged(page);
  return Math.round(took);
};
// The same until rows are seen in the tab Events, which is chosen as soon as it can be.
export const rowsTime = async (page, ...paths) => {
  await page.evaluate(() => {
    let began = null;
    document.getElementById('v-input').addEventListener('input', () => { began ??= performance.now(); }, { capture: true, once: true });
    window.rowsTime = new Promise(done => {
      const look = () => {
        const tab = document.getElementById('v-tab-events');
        if (tab.getClientRects().length && tab.getAttribute('aria-selected') !== 'true') tab.click();
        if (document.querySelectorAll('.v-layer .v-row .v-c-time').length > 10) done(performance.now() - began);
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
  });
  await give(page, ...paths);
  return Math.round(await page.evaluate(() => window.rowsTime));
};
export const closeAll = async page => {
  for (let left = await page.locator('.v-x').count(); left > 0; left = await page.locator('.v-x').count()) {
    await page.locator('.v-x').first().click();
    await page.waitForFunction(before => document.querySelectorAll('.v-x').length < before &&
      (!document.getElementById('v-save').hidden || !document.getElementById('v-empty').hidden), left);
  }
  await page.waitForSelector('#v-empty:not([hidden])');
};

export const readStream = async download => readFileSync(await download.path());
// What the item of the menu with this text saves.
export const saveAs = async (page, text) => {
  await page.click('#v-save');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(`[role=menuitem]:has-text("${text}")`)]);
  return { bytes: await readStream(download), name: download.suggestedFilename() };
};

// Until all rows were read, and their number begins with this text.
export const counted = (page, text) => page.waitForFunction(wanted => {
  const count = document.querySelector('.v-count');
  return count && /event/.test(count.textContent) && !count.textContent.includes('so far') && (!wanted || count.textContent.startsWith(wanted));
}, text);
