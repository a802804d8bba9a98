// Makes public/icons from the shop's sign and the demo shop's drawings. By hand, after a change of either:
// `node art/draw.mjs && node art/icons.mjs`; the pictures are kept in the repository.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { startBrowser } from '../e2e/platform.mjs';

const here = new URL('..', import.meta.url).pathname;
const icons = join(here, 'public/icons');
const SIGN =
  '<path d="M14 50V30a18 18 0 0 1 36 0v20H39V31a7 7 0 0 0-14 0v19z" fill="#fdf3e4"/><circle cx="32" cy="31" r="3.4" fill="#f0b34f"/>';
const svg = (size, content) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 64 64">${content}</svg>`;
const rounded = (size) => svg(size, `<rect width="64" height="64" rx="16" fill="#a8432a"/>${SIGN}`);
/** For systems that cut icons to a shape of their own: what matters stays in the inner 80 %. */
const maskable = (size) =>
  svg(
    size,
    `<rect width="64" height="64" fill="#a8432a"/><g transform="translate(32 33) scale(.72) translate(-32 -32)">${SIGN}</g>`,
  );

const browser = await startBrowser();
async function shoot(name, width, height, body, transparent = false) {
  const page = await browser.newPage({ viewport: { width, height } });
  await page.setContent(
    `<style>*{margin:0}body{width:${width}px;height:${height}px;overflow:hidden}svg{display:block}</style>${body}`,
  );
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(icons, name), omitBackground: transparent });
  await page.close();
}

const drawing = (name) =>
  readFileSync(join(here, `public/demo/${name}.svg`), 'utf8').replace(
    '<svg ',
    '<svg width="250" height="250" ',
  );
const font = readFileSync(
  createRequire(import.meta.url).resolve(
    '@fontsource-variable/fraunces/files/fraunces-latin-wght-normal.woff2',
  ),
).toString('base64');
const card = `<style>
  @font-face{font-family:F;src:url(data:font/woff2;base64,${font})}
  body{background:#faf6f0;font-family:F;color:#2a211c;display:grid;place-content:center;gap:46px;justify-items:center}
  h1{font-size:84px;font-weight:600;display:flex;gap:28px;align-items:center}
  div{display:flex;gap:24px} div svg{border-radius:24px}
  p{font-size:40px;color:#6a5b50}</style>
  <h1>${rounded(96)} Souk</h1>
  <div>${['brass-desk-lamp', 'mint-tea-set', 'cushion-cover', 'straw-hat'].map(drawing).join('')}</div>
  <p>Things made well</p>`;

await shoot('192.png', 192, 192, rounded(192), true);
await shoot('512.png', 512, 512, rounded(512), true);
await shoot('maskable.png', 512, 512, maskable(512));
await shoot('apple.png', 180, 180, maskable(180));
await shoot('card.png', 1200, 630, card);
await browser.close();
