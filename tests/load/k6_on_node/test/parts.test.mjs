// Arithmetic of the runner: when something is due, what was measured, what holds.
import assert from 'node:assert/strict';
import test from 'node:test';
import { arrivals, levelAt, rampsOf, secondsOf } from '../arrivals.mjs';
import { checkScenario } from '../executors.mjs';
import { Metrics, parseSelector } from '../metrics.mjs';
import { prepareThresholds } from '../thresholds.mjs';

test('durations', () => {
  for (const [text, seconds] of [
    ['10s', 10],
    ['1m30s', 90],
    ['500ms', 0.5],
    ['1.5h', 5400],
    [250, 0.25],
  ])
    assert.equal(secondsOf(text), seconds, text);
  for (const wrong of ['', 's', '10x', '5 s', '-1s'])
    assert.throws(() => secondsOf(wrong), /no duration/);
});

test('a constant rate starts one iteration per interval', () => {
  const due = [...arrivals([{ seconds: 2, from: 5, to: 5 }])];
  assert.deepEqual(
    due.map((each) => Math.round(each * 1000)),
    [0, 200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800],
  );
});

test('a rising rate starts as many as its integral, ever closer together', () => {
  const ramps = rampsOf(0, [
    { duration: '10s', target: 100 },
    { duration: '5s', target: 100 },
    { duration: '10s', target: 0 },
  ]);
  const due = [...arrivals(ramps)];
  assert.equal(due.length, 500 + 500 + 500);
  assert.ok(due.every((each, at) => at === 0 || each >= due[at - 1]));
  assert.ok(due.at(-1) < 25);
  assert.equal(due.filter((each) => each < 5).length, 125);
  assert.equal(levelAt(ramps, 5), 50);
  assert.equal(levelAt(ramps, 12), 100);
  assert.equal(levelAt(ramps, 20), 50);
});

test('no arrivals where the rate is none', () => {
  assert.deepEqual([...arrivals([{ seconds: 5, from: 0, to: 0 }])], []);
});

test('percentiles lie between their neighbours', () => {
  const metrics = new Metrics();
  for (const value of [40, 10, 30, 20]) metrics.add('http_req_duration', value);
  const { med, max, min, avg, ...rest } = metrics.numbers(1).http_req_duration;
  assert.deepEqual([med, max, min, avg], [25, 40, 10, 25]);
  assert.ok(Math.abs(rest['p(95)'] - 38.5) < 1e-9);
});

test('a selector takes what has all of its tags', () => {
  assert.deepEqual(parseSelector('a{name:POST http://x/y,scenario:b}'), {
    name: 'a',
    tags: [
      ['name', 'POST http://x/y'],
      ['scenario', 'b'],
    ],
  });
  const metrics = new Metrics();
  const { sink } = metrics.select('http_reqs{name:a,status:200}');
  metrics.add('http_reqs', 1, { name: 'a', status: 200 });
  metrics.add('http_reqs', 1, { name: 'a', status: 503 });
  metrics.add('http_reqs', 1, { name: 'b', status: 200 });
  assert.equal(sink.numbers(1).count, 1);
  assert.equal(metrics.numbers(1).http_reqs.count, 3);
});

const judged = (thresholds, fill) => {
  const metrics = new Metrics();
  const judge = prepareThresholds(thresholds, metrics);
  fill(metrics);
  return judge(10).map(({ ok }) => ok);
};

test('thresholds hold or do not', () => {
  const fill = (metrics) => {
    for (let i = 1; i <= 100; i++) metrics.add('http_req_duration', i);
    metrics.add('http_req_failed', true);
    for (let i = 0; i < 99; i++) metrics.add('http_req_failed', false);
    metrics.add('iterations', 40);
  };
  const verdicts = judged(
    {
      http_req_duration: ['p(95)<96', 'p(95)<95', 'max<=100', 'avg==50.5', 'med>51'],
      http_req_failed: ['rate<0.02', 'rate<0.01'],
      iterations: ['count>39', 'rate>=4', 'rate>4'],
    },
    fill,
  );
  assert.deepEqual(verdicts, [true, false, true, true, false, true, false, true, true, false]);
});

test('what was never measured does not hold, and what was never counted is none', () => {
  const verdicts = judged(
    { http_req_duration: ['p(95)<1000'], checks: ['rate>0'], dropped_iterations: ['count==0'] },
    () => {},
  );
  assert.deepEqual(verdicts, [false, false, true]);
});

test('thresholds that are not understood are refused', () => {
  for (const thresholds of [
    { http_reqs: ['p(95)<5'] },
    { http_req_duration: ['rate<5'] },
    { http_req_duration: ['p95<5'] },
    { http_req_duration: [{ threshold: 'avg<5', abortOnFail: true }] },
    { nobody_measures_this: ['count>0'] },
  ])
    assert.throws(() => prepareThresholds(thresholds, new Metrics()), JSON.stringify(thresholds));
});

test('scenarios that ask for what is not there are refused', () => {
  checkScenario('fine', { executor: 'constant-vus', vus: 1, duration: '1s' });
  assert.throws(() => checkScenario('x', { executor: 'externally-controlled' }), /not known/);
  assert.throws(
    () => checkScenario('x', { executor: 'constant-vus', vus: 1, duratoin: '1s' }),
    /duratoin is not known/,
  );
});
