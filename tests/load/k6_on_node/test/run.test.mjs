// Whole runs of small scripts against a server of their own.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { run } from '../run.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'souk-k6-'));
const seen = [];
let server;
let environment;

before(async () => {
  server = http.createServer((request, reply) => {
    let body = '';
    request.on('data', (piece) => (body += piece));
    request.on('end', () => {
      seen.push({ method: request.method, url: request.url, headers: request.headers, body });
      const { status = '200', ms = '0' } = Object.fromEntries(
        new URL(request.url, 'http://x').searchParams,
      );
      setTimeout(() => {
        reply.writeHead(Number(status), { 'content-type': 'application/json' });
        reply.end(JSON.stringify({ said: body }));
      }, Number(ms));
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  environment = { BASE_URL: `http://127.0.0.1:${server.address().port}` };
});

after(() => {
  server.closeAllConnections();
  server.close();
  fs.rmSync(folder, { recursive: true });
});

let scripts = 0;
function script(text) {
  const file = path.join(folder, `script${scripts++}.ts`);
  fs.writeFileSync(
    file,
    `import http from 'k6/http';
     import { check, sleep } from 'k6';
     import { Counter, Trend } from 'k6/metrics';
     import exec from 'k6/execution';
     const get = (path: string, params = {}) =>
       http.asyncRequest('GET', __ENV.BASE_URL + path, null, params);
     ${text}`,
  );
  return file;
}

test('requests, checks, own metrics and setup data', async () => {
  const file = script(`
    const bought = new Counter('bought');
    export const options = {
      scenarios: { one: { executor: 'shared-iterations', vus: 3, iterations: 20 } },
      thresholds: { 'http_req_duration{name:post}': ['p(95)<5000'], bought: ['count==20'] },
    };
    export const setup = async () => ({ word: 'hello' });
    export default async function (data: { word: string }) {
      const reply = await http.asyncRequest('POST', __ENV.BASE_URL + '/x', data.word, {
        headers: { 'X-Own': 'yes' }, tags: { name: 'post' },
      });
      check(reply, {
        'says it': (r) => r.json().said === 'hello',
        'has a type': (r) => r.headers['Content-Type'] === 'application/json',
        'never': () => false,
      });
      bought.add(1);
    }`);
  seen.length = 0;
  const result = await run(file, { environment });
  assert.equal(seen.length, 20);
  assert.ok(seen.every((each) => each.method === 'POST' && each.headers['x-own'] === 'yes'));
  assert.deepEqual(result.checks['says it'], { passes: 20, fails: 0 });
  assert.deepEqual(result.checks['has a type'], { passes: 20, fails: 0 });
  assert.deepEqual(result.checks['never'], { passes: 0, fails: 20 });
  assert.equal(result.metrics.iterations.count, 20);
  assert.deepEqual(result.requests.post.statuses, { 200: 20 });
  assert.ok(result.thresholds.every(({ ok }) => ok));
  const counted = result.series.reduce((sum, each) => sum + (each.requests.post?.count ?? 0), 0);
  assert.equal(counted, 20);
});

test('statuses fail unless they are expected', async () => {
  const file = script(`
    export const options = {
      scenarios: { one: { executor: 'shared-iterations', vus: 1, iterations: 1 } },
    };
    export default async function () {
      await get('/?status=503', { tags: { name: 'plain' } });
      await get('/?status=503', {
        tags: { name: 'expected' },
        responseCallback: http.expectedStatuses({ min: 200, max: 299 }, 503),
      });
      await get('/?ms=500', { tags: { name: 'slow' }, timeout: '50ms' });
    }`);
  const { requests } = await run(file, { environment });
  assert.deepEqual(
    [requests.plain.failed, requests.expected.failed, requests.slow.failed],
    [1, 0, 1],
  );
  assert.deepEqual(requests.slow.statuses, { 0: 1 });
});

test('an open model starts iterations on time, and drops those that nobody is free for', async () => {
  const file = script(`
    export const options = {
      scenarios: {
        open: { executor: 'constant-arrival-rate', rate: 50, duration: '2s', preAllocatedVUs: 1, maxVUs: 4 },
      },
      thresholds: { dropped_iterations: ['count==0'] },
    };
    export default async function () { await get('/?ms=200'); }`);
  const { metrics, thresholds } = await run(file, { environment });
  // Four at once, 0.2 s each: 20 a second of the 50 that are due.
  assert.equal(metrics.iterations.count + metrics.dropped_iterations.count, 100);
  assert.ok(metrics.iterations.count > 20 && metrics.iterations.count <= 44, metrics.iterations);
  assert.equal(thresholds[0].ok, false);
});

test('virtual users come and go with the stages, each with modules of its own', async () => {
  const file = script(`
    const users = new Counter('first_iterations');
    let isFirst = true;
    export const options = {
      scenarios: {
        ramp: {
          executor: 'ramping-vus', startVUs: 1,
          stages: [{ duration: '1s', target: 5 }, { duration: '1s', target: 0 }],
        },
      },
    };
    export default async function () {
      if (isFirst) users.add(1);
      isFirst = false;
      await sleep(0.02);
    }`);
  const { metrics, seconds } = await run(file, { environment });
  assert.equal(metrics.first_iterations.count, 5);
  assert.ok(seconds >= 2 && seconds < 4, String(seconds));
});

test('scenarios start at their time and are told apart', async () => {
  const file = script(`
    export const options = {
      scenarios: {
        early: { executor: 'shared-iterations', vus: 1, iterations: 2, exec: 'work' },
        late: { executor: 'shared-iterations', vus: 1, iterations: 3, exec: 'work', startTime: '1s' },
      },
      thresholds: { 'http_reqs{scenario:late}': ['count==3'] },
    };
    export async function work() { await get('/' + exec.scenario.name, { tags: { name: exec.scenario.name } }); }`);
  const { thresholds, series } = await run(file, { environment });
  assert.equal(thresholds[0].ok, true);
  assert.equal(series[0].requests.early.count, 2);
  assert.equal(series[0].requests.late, undefined);
});

test('what the runner does not know stops the run', async () => {
  const scenarios = `export const options = {
    scenarios: { one: { executor: 'shared-iterations', vus: 1, iterations: 1 } } };`;
  for (const [text, message] of [
    [`export const options = { vus: 3 };`, /option vus is not known/],
    [`import x from 'k6/ws'; x; ${scenarios}`, /k6\/ws is not known/],
    [scenarios, /there is no default/],
  ])
    await assert.rejects(run(script(text), { environment }), message);
  const used = script(`${scenarios} export default async function () { http.get('x'); }`);
  assert.equal((await run(used, { environment })).errors, 1);
});

test('the exit code says what came of it', async () => {
  const main = new URL('../main.mjs', import.meta.url).pathname;
  const options = (rest) => `export const options = {
    scenarios: { one: { executor: 'shared-iterations', vus: 1, iterations: 1 } }, ${rest} };`;
  const work = `export default async function () { check(null, { wrong: () => false }); }`;
  const summary = path.join(folder, 'summary.json');
  for (const [text, code] of [
    [options('') + work, 0],
    [options(`thresholds: { checks: ['rate==1'] }`) + work, 99],
    [options('') + `export default async function () { throw new Error('planted'); }`, 107],
    [options('') + `export const setup = () => { throw new Error('planted'); };` + work, 107],
  ]) {
    const done = spawnSync(process.execPath, [main, '--summary', summary, script(text)]);
    assert.equal(done.status, code, `${text}\n${done.stdout}${done.stderr}`);
  }
  assert.equal(JSON.parse(fs.readFileSync(summary)).scenario.startsWith('script'), true);
});
