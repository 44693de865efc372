// Called by .ci/browser: BROWSER PROGRAM FOLDER.
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { readFileSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const [browserPath, program, folder] = process.argv.slice(2);
const faults = [];
const check = (fits, text) => { if (!fits) faults.push(text); };

// Pages of every state. A hostile capture names what a page must not become.
const keys = 'C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys\\c2319c42033a5ca7f44e731bfd3fa2b5_4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1';
const attack = '<script>window.hit=1</script>"\'><img src=http://127.0.0.1:PORT/ onerror=window.hit=2>';
const row = (...cells) => cells.map(cell => '"' + cell.replaceAll('"', '""') + '"').join(',');
const header = row('Time of Day', 'Process Name', 'PID', 'Operation', 'Path', 'Result', 'Detail');

// Something that listens, so that a request would be seen.
let asked = 0;
const server = createServer(socket => { asked += 1; socket.destroy(); });
await new Promise(done => server.listen(0, '127.0.0.1', done));
const hostileText = attack.replace('PORT', server.address().port);

const inputs = {
  broken: ['samples/guid-changed.csv'],
  healthy: ['samples/restart.csv'],
  denied: ['samples/signatures/mk-04-access-denied.csv'],
  native: ['samples/first-start.pml'],
  several: ['samples/restart.csv', 'samples/guid-changed.csv'],
};
const file = (name, text) => { const path = `${folder}/pages/${name}`; writeFileSync(path, text); return path; };
inputs.hostile = [file('hostile.csv', [header,
  row('6:59:13.0000001 PM', 'inetinfo.exe', '12', 'CreateFile', hostileText, 'SUCCESS', ''),
  row('6:59:13.0000002 PM', 'inetinfo.exe', '12', 'CreateFile', keys, 'ACCESS DENIED', 'x'.repeat(1 << 20)),
  row('6:59:13.0000003 PM', hostileText, '13', hostileText, 'C:\\a\u202egnp.exe\u0000', hostileText, hostileText)].join('\r\n'))];
inputs.not_judged = [file('not-judged.csv', [header,
  row('6:59:13.0000001 PM', 'svchost.exe', '12', 'CreateFile', 'C:\\a', 'SUCCESS', '')].join('\r\n'))];
const whole = readFileSync('samples/guid-changed.csv');
inputs.damaged = [file('damaged.csv', whole.subarray(0, Math.floor(whole.length * 3 / 5) + 7))];

const pages = {};
for (const [name, paths] of Object.entries(inputs)) {
  pages[name] = `${folder}/pages/${name}.html`;
  const run = spawnSync(program, ['analyze', '-q', ...paths, '-o', pages[name], '--made-at', '2026-11-27T12:00:00Z']);
  if (![0, 1, 4].includes(run.status)) throw new Error(`${name}: ${run.status} ${run.stderr}`);
}

const compared = { parted: inputs.broken[0], same: 'samples/restart.csv', incomparable: inputs.not_judged[0], attacked: inputs.hostile[0], cut: inputs.damaged[0] };
for (const [name, bad] of Object.entries(compared)) {
  pages[name] = `${folder}/pages/${name}.html`;
  const run = spawnSync(program, ['compare', '-q', 'samples/restart.csv', bad, '-o', pages[name]]);
  if (![0, 1, 4].includes(run.status)) throw new Error(`${name}: ${run.status} ${run.stderr}`);
}

const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
const open = async (name, options = {}) => {
  const context = await browser.newContext({ viewport: { width: 1360, height: 705 }, ...options });
  const page = await context.newPage();
  page.on('console', message => faults.push(`${name}: the console says ${message.text()}`));
  page.on('pageerror', error => faults.push(`${name}: ${error.message}`));
  page.on('request', request => check(request.url().startsWith('file:'), `${name}: asks for ${request.url()}`));
  await page.goto('file://' + pages[name]);
  return page;
};

// What a page does may come after the action that asked for it: it is waited for.
const becomes = async (page, fits, text, arg) => {
  try { await page.waitForFunction(fits, arg, { timeout: 20000 }); } catch { faults.push(text); }
};

const axe = readFileSync(`${folder}/node_modules/axe-core/axe.min.js`, 'utf8');
for (const name of Object.keys(pages)) {
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [390, 820, 1360]) {
      const page = await open(name, { colorScheme, viewport: { width, height: 705 } });
      const where = `${name}, ${colorScheme}, ${width} px`;
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      check(wide <= 0, `${where}: the page scrolls sideways by ${wide}`);
      // By the debugger, which the policy of the page does not bind.
      await page.evaluate(axe);
      const result = await page.evaluate(() => axe.run({ resultTypes: ['violations'] }));
      for (const it of result.violations.filter(it => ['serious', 'critical'].includes(it.impact))) {
        faults.push(`${where}: ${it.id}: ${it.help}: ${it.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(' | ')}`);
      }
      if (colorScheme === 'light' || width === 1360) {
        await page.screenshot({ path: `${folder}/shots/${name}-${colorScheme}-${width}.png`, fullPage: width !== 390 });
      }
      await page.context().close();
    }
  }

  const page = await open(name);
  const found = await page.evaluate(() => {
    const lead = link => document.getElementById(link.getAttribute('href').slice(1));
    const links = [...document.querySelectorAll('a[href]')];
    return {
      dead: links.filter(link => !lead(link)).map(link => link.getAttribute('href')),
      // Each mark of a step leads to a row that names the same event.
      wrong: [...document.querySelectorAll('.d a[href^="#s"], .d a[href^="#g"], .d a[href^="#b"]')].filter(mark => {
        const said = mark.getAttribute('aria-label').match(/event (\d+(?::\d+)?)/)[1];
        return lead(mark).querySelector('.ev').textContent !== said;
      }).length,
      scripts: document.scripts.length,
      images: document.images.length,
      hit: 'hit' in window,
    };
  });
  check(found.dead.length === 0, `${name}: lead nowhere: ${found.dead}`);
  check(found.wrong === 0, `${name}: ${found.wrong} marks lead to another event`);
  check(found.scripts === 1 && found.images === 0 && !found.hit, `${name}: something came in: ${JSON.stringify(found)}`);
  await page.context().close();
}

// Searching, filtering, moving by keys, copying.
{
  const page = await open('broken');
  const last = await page.evaluate(() => {
    const rows = [...document.querySelectorAll('.evt tbody tr')];
    return rows.at(-1).querySelectorAll('td')[5].textContent;
  });
  check(await page.evaluate(text => find(text), last), 'the last row is not found by a search in the page');
  await page.fill('#q', 'machinekeys');
  await becomes(page, () => {
    const all = document.querySelectorAll('.evt tbody tr').length;
    const shown = document.querySelectorAll('.evt tbody tr:not([hidden])').length;
    return shown > 0 && shown < all && document.getElementById('count').textContent.startsWith(`${shown} of `);
  }, 'the filter does not count the rows that it leaves');
  await page.fill('#q', 'nothing has this');
  await becomes(page, () => !document.querySelector('.evt tbody tr:not([hidden])'), 'the filter leaves rows that do not have its text');
  await page.click('#proof a.ev >> nth=0');
  await becomes(page, () => document.querySelector('tr:target')?.hidden === false, 'a link to a filtered row leads nowhere');
  await page.focus('.d a[tabindex="0"]');
  await page.keyboard.press('ArrowRight');
  await becomes(page, () => document.activeElement.getAttribute('aria-label')?.startsWith('event 1673'), 'arrows do not move between marks');
  await becomes(page, () => document.querySelector('#s1673.hot'), 'the row of a mark is not lit');
  // One stop for the tab key in each drawing.
  check(await page.evaluate(() => [...document.querySelectorAll('.draw')].every(box =>
    box.tabIndex < 0 && box.querySelectorAll('a[tabindex="0"]').length === 1)), 'a drawing has more than one stop');
  // The head of a phase filters the rows to its events.
  await page.click('.phh[data-events="1753-1759"]');
  await becomes(page, () => {
    const events = [...document.querySelectorAll('.evt tbody tr:not([hidden])')].map(row => +row.id.slice(1));
    return events.length > 0 && events.every(event => event >= 1753 && event <= 1759);
  }, 'the head of a phase shows other events than its own');
  // The button says it for a second and a half only.
  await page.evaluate(() => {
    const button = document.querySelector('.cmd .cp');
    new MutationObserver(() => { window.said = window.said || button.textContent; }).observe(button, { childList: true, characterData: true, subtree: true });
  });
  await page.click('.cmd .cp >> nth=0');
  await becomes(page, () => window.said === 'Copied', 'copying says nothing');
  await page.context().close();
}

// Without script all is there but what needs one.
{
  const page = await open('broken', { javaScriptEnabled: false });
  const text = await page.textContent('main');
  for (const part of ['MachineGuid was changed', 'robocopy', 'looked for, not found', 'NAME NOT FOUND']) {
    check(text.includes(part), `without script: "${part}" is missing`);
  }
  check(await page.isHidden('.bar') && await page.isHidden('.cp >> nth=0'), 'without script: a button that does nothing');
  check(await page.isVisible('.d'), 'without script: no drawing');
  // Marks are plain links, in the order of events.
  const order = await page.evaluate(() => [...document.querySelectorAll('.d a[href^="#s"]')].map(mark => +mark.getAttribute('href').slice(2)));
  check(order.length > 3 && order.every((event, at) => !at || event > order[at - 1]), `without script: marks in the order ${order}`);
  check(await page.evaluate(() => !document.querySelector('.d a[tabindex]')), 'without script: a mark that the tab key passes over');
  await page.context().close();
}

// Pages of paper: the verdict is on the first, and rows that are not evidence are not printed.
for (const [name, least, most] of [['broken', 4, 8], ['healthy', 3, 6], ['not_judged', 1, 2], ['parted', 4, 8], ['incomparable', 1, 2]]) {
  const page = await open(name);
  const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  writeFileSync(`${folder}/shots/${name}.pdf`, pdf);
  const count = (pdf.toString('latin1').match(/\/Type\s*\/Page\b/g) || []).length;
  check(count >= least && count <= most, `${name}: prints to ${count} pages, not ${least} to ${most}`);
  await page.context().close();
}

await browser.close();
server.close();
check(asked === 0, `${asked} connections were made`);
if (faults.length) {
  console.error(faults.join('\n'));
  process.exit(1);
}
console.log(`${Object.keys(pages).length} pages in light and dark at 3 widths; screenshots are in ${folder}/shots`);
