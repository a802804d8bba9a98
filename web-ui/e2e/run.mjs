// Runs the tests of this folder one after the other against one platform, or against the one at E2E_URL.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startPlatform } from './platform.mjs';

const here = new URL('.', import.meta.url).pathname;
const wanted = process.argv.slice(2);
const files = readdirSync(here)
  .filter((name) => name.endsWith('.test.mjs'))
  .filter((name) => wanted.length === 0 || wanted.some((each) => name.includes(each)));

const { url, stop } = await startPlatform();
const tests = spawn(
  process.execPath,
  ['--test', '--test-concurrency=1', ...files.map((name) => join(here, name))],
  { stdio: 'inherit', env: { ...process.env, E2E_URL: url } },
);
tests.on('exit', async (code) => {
  await stop();
  process.exit(code ?? 1);
});
