// Lighthouse against the shop as the gateway serves it: prints a table, writes it to docs/LIGHTHOUSE.md, and fails
// where a page misses a mark. Each figure is the median of RUNS. A busy machine makes the performance of all worse.
import { writeFileSync } from 'node:fs';
import lighthouse from 'lighthouse';
import puppeteer from 'puppeteer-core';
import { offerDelivery, startPlatform } from '../e2e/platform.mjs';

const RUNS = Number(process.env.RUNS ?? 3);
const MARKS = { performance: 90, accessibility: 100, 'best-practices': 95, seo: 95 };
const PAGES = {
  Home: '/',
  Category: '/c/kitchen',
  Search: '/search?query=lamp',
  Product: '/p/mint-tea-set',
  Checkout: '/checkout',
};
const CART = [
  {
    sku: 'TEASET-GREEN',
    quantity: 1,
    slug: 'mint-tea-set',
    name: 'Mint Tea Set',
    title: 'Green',
    image: '/demo/mint-tea-set.svg',
    price: { amount: 5400, currency: 'USD' },
  },
];

const median = (all) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];

/** One visit by somebody new: no cache, no service worker, a phone on a slow network. */
async function visit(url) {
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--lang=en-US'],
  });
  try {
    const page = await browser.newPage();
    await page.evaluateOnNewDocument(
      (cart) => localStorage.setItem('souk.cart', cart),
      JSON.stringify(CART),
    );
    const { lhr } = await lighthouse(
      url,
      { onlyCategories: Object.keys(MARKS), disableStorageReset: false, logLevel: 'error' },
      undefined,
      page,
    );
    return lhr;
  } finally {
    await browser.close();
  }
}

const isBad = (audit) => audit.score !== null && audit.score < 0.9;

const { url, stop } = await startPlatform();
await offerDelivery(url);
const rows = [];
let missed = false;
try {
  for (const [name, path] of Object.entries(PAGES)) {
    const results = [];
    for (let run = 0; run < RUNS; run += 1) results.push(await visit(url + path));
    const scores = Object.keys(MARKS).map((category) =>
      median(results.map((lhr) => Math.round((lhr.categories[category].score ?? 0) * 100))),
    );
    const seconds = (audit) =>
      (median(results.map((lhr) => lhr.audits[audit].numericValue)) / 1000).toFixed(1);
    rows.push(
      `| ${name} (\`${path}\`) | ${scores.join(' | ')} | ${seconds('first-contentful-paint')} s | ` +
        `${seconds('largest-contentful-paint')} s | ${median(results.map((lhr) => Math.round(lhr.audits['total-blocking-time'].numericValue)))} ms | ` +
        `${median(results.map((lhr) => lhr.audits['cumulative-layout-shift'].numericValue)).toFixed(3)} |`,
    );
    Object.values(MARKS).forEach((mark, i) => (missed ||= scores[i] < mark));
    console.log(rows.at(-1));
    if (process.env.VERBOSE)
      for (const audit of Object.values(results[0].audits).filter(isBad))
        console.log(`    ${audit.id}: ${audit.score} ${audit.displayValue ?? ''} ${audit.title}`);
  }
} finally {
  await stop();
}

const table = [
  '| page | performance | accessibility | best practices | SEO | first paint | largest paint | blocked | shift |',
  '|---|---|---|---|---|---|---|---|---|',
  ...rows,
].join('\n');
writeFileSync(
  new URL('../../docs/LIGHTHOUSE.md', import.meta.url),
  `# Lighthouse

Written by \`make lighthouse\`: the production build, served by the gateway on this machine, to a phone as Lighthouse
simulates it (slow 4G, a processor four times slower), the median of ${RUNS} first visits.
Marks: performance ${MARKS.performance}, accessibility ${MARKS.accessibility}, best practices ${MARKS['best-practices']}, SEO ${MARKS.seo}.

${table}
`,
);
process.exit(missed ? 1 : 0);
