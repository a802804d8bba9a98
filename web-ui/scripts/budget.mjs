// The storefront's first visit loads at most 170 kB of JavaScript, compressed: the entry and what it imports.
// Fails the build where it would be more.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const BUDGET = 170_000;
const out = process.env.SOUK_WEB_UI_OUT ?? 'dist';
const manifest = JSON.parse(readFileSync(join(out, '.vite/manifest.json'), 'utf8'));
const size = (file) =>
  statSync(join(out, `${file}.gz`), { throwIfNoEntry: false })?.size ??
  statSync(join(out, file)).size;

const seen = new Set();
function add(key) {
  if (seen.has(key)) return;
  seen.add(key);
  manifest[key].imports?.forEach(add);
}
add('index.html');
const total = [...seen].reduce((sum, key) => sum + size(manifest[key].file), 0);
console.log(`first-load JavaScript: ${(total / 1000).toFixed(1)} kB gzip of ${BUDGET / 1000}`);
if (total > BUDGET) {
  console.error('web-ui: over its budget');
  process.exit(1);
}
