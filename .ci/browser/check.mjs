// node check.mjs DIR: looks at every page and diagram of a folder.
//
// Pages (*.html), in headless Chromium, light and dark, at desk and phone width:
// no text of a picture leaves the picture or its cell, none overlaps another,
// nothing is fetched, nothing scrolls sideways, axe-core finds no violation;
// html-validate finds no error. Diagrams (*.mmd) are parsed by Mermaid, and the
// tasks of a journey come back with their names, scores and actors.
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { JSDOM } from 'jsdom';
import { HtmlValidate } from 'html-validate';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const dir = resolve(process.argv[2]);
const files = suffix => readdirSync(dir).filter(f => f.endsWith(suffix)).sort();
let faults = 0, views = 0, texts = 0, tasks = 0;
const fault = (...what) => { faults++; console.log('FAULT', ...what); };

// What a picture looks like, measured in the page.
function measure() {
  const out = [];
  let n = 0;
  const e = 0.5;
  for (const svg of document.querySelectorAll('svg')) {
    if (!svg.getClientRects().length) continue; // the form for another width
    const field = svg.viewBox.baseVal;
    const boxes = [...svg.querySelectorAll('text')].map(t => ({ text: t.textContent, box: t.getBBox() }));
    n += boxes.length;
    for (const { text, box } of boxes)
      if (box.x < -e || box.y < -e || box.x + box.width > field.width + e || box.y + box.height > field.height + e) out.push(`leaves the picture: ${text}`);
    // A box is as high as the font's line; letters fill its middle.
    const middle = boxes.map(({ text, box }) => ({ text, x: box.x, y: box.y + box.height * 0.3, w: box.width, h: box.height * 0.4 }));
    for (let i = 0; i < middle.length; i++)
      for (let k = i + 1; k < middle.length; k++) {
        const a = middle[i], b = middle[k];
        if (a.x + e < b.x + b.w && b.x + e < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h) out.push(`overlap: ${a.text} | ${b.text}`);
      }
    for (const cell of svg.querySelectorAll('g')) {
      const ground = cell.querySelector(':scope > rect') || cell.querySelector(':scope > path.h');
      if (!ground) continue;
      const g = ground.getBBox();
      for (const t of cell.querySelectorAll(':scope > text')) {
        const b = t.getBBox();
        if (b.x < g.x - e || b.x + b.width > g.x + g.width + e || b.y + b.height * 0.25 < g.y || b.y + b.height * 0.75 > g.y + g.height) out.push(`leaves its cell: ${t.textContent}`);
      }
    }
  }
  if (document.documentElement.scrollWidth > innerWidth + 1) out.push('the page scrolls sideways');
  return { out, n };
}

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || 'chromium', args: ['--no-sandbox'] });
for (const f of files('.html')) {
  for (const colorScheme of ['light', 'dark']) for (const width of [1700, 390]) {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
    const page = await context.newPage();
    page.on('request', r => { if (!r.url().startsWith('file:')) fault(f, 'fetches', r.url()); });
    await page.goto('file://' + join(dir, f));
    const seen = await page.evaluate(measure);
    views++;
    texts += seen.n;
    for (const o of seen.out.slice(0, 8)) fault(f, colorScheme, width, o);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    for (const v of violations) fault(f, colorScheme, width, v.id, v.nodes[0].html.slice(0, 160));
    if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `${f}-${colorScheme}-${width}.png`), fullPage: true });
    await context.close();
  }
}
await browser.close();

const validator = new HtmlValidate({ extends: ['html-validate:recommended'] });
for (const f of files('.html')) {
  const report = await validator.validateFile(join(dir, f));
  for (const r of report.results) for (const m of r.messages) fault(f, `${m.line}:${m.column}`, m.ruleId, m.message);
}

const dom = new JSDOM('<html><body></body></html>');
globalThis.window = dom.window;
globalThis.document = dom.window.document;
const mermaid = (await import('mermaid')).default;
// Mermaid keeps an entity such as #59; as a placeholder until it draws.
const plain = s => s.replace(/ﬂ°°(\d+)¶ß/g, (_, n) => String.fromCodePoint(Number(n))).replace(/ﬂ°colon¶ß/g, ':').trim();
const entity = s => s.replace(/#(\d+);/g, (_, n) => String.fromCodePoint(Number(n))).replace(/#colon;/g, ':').trim();
for (const f of files('.mmd')) {
  const text = readFileSync(join(dir, f), 'utf8');
  try {
    await mermaid.parse(text);
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
    if (!f.endsWith('-journey.mmd')) continue;
    const read = db.getTasks();
    const written = text.split('\n').filter(l => l.startsWith('      ')).map(l => l.trim().split(': '));
    if (read.length !== written.length) fault(f, `${read.length} tasks of ${written.length}`);
    written.forEach(([name, score, actors], i) => {
      tasks++;
      const got = read[i];
      if (plain(got.task) !== entity(name) || got.score !== Number(score) || got.people.map(plain).join('|') !== actors.split(', ').map(entity).join('|')) fault(f, 'reads', JSON.stringify(got), 'for', name, score, actors);
    });
  } catch (error) {
    fault(f, String(error).slice(0, 300));
  }
}
console.log(`${views} views, ${texts} texts, ${tasks} tasks of diagrams, ${faults} faults`);
process.exit(faults ? 1 : 0);
