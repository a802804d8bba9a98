// Everything that happens during a run, as metrics and second by second.
import { Metrics, Values } from './metrics.mjs';

const ERRORS_TOLD = 5;

class Second {
  iterations = 0;
  dropped = 0;
  requests = new Map(); // name -> { durations, failed, statuses }
}

export class Recorder {
  metrics = new Metrics();
  checks = new Map(); // name -> { passes, fails }
  errors = 0;
  #begun = performance.now();
  #seconds = [];

  /** Seconds are counted from here. */
  begin() {
    this.#begun = performance.now();
    this.#seconds = [];
  }

  get elapsed() {
    return (performance.now() - this.#begun) / 1000;
  }

  get #now() {
    const second = Math.floor(this.elapsed);
    while (this.#seconds.length <= second) this.#seconds.push(new Second());
    return this.#seconds[second];
  }

  request({ status, timings }, failed, tags) {
    this.metrics.add('http_reqs', 1, tags);
    this.metrics.add('http_req_failed', failed, tags);
    this.metrics.add('http_req_duration', timings.duration, tags);
    const { requests } = this.#now;
    if (!requests.has(tags.name))
      requests.set(tags.name, { durations: new Values(), failed: 0, statuses: {} });
    const one = requests.get(tags.name);
    one.durations.add(timings.duration);
    one.failed += failed;
    one.statuses[status] = (one.statuses[status] ?? 0) + 1;
  }

  check(name, passed, tags) {
    this.metrics.add('checks', passed, { ...tags, check: name });
    if (!this.checks.has(name)) this.checks.set(name, { passes: 0, fails: 0 });
    this.checks.get(name)[passed ? 'passes' : 'fails']++;
  }

  iteration(duration, tags) {
    this.metrics.add('iterations', 1, tags);
    this.metrics.add('iteration_duration', duration, tags);
    this.#now.iterations++;
  }

  dropped(tags) {
    this.metrics.add('dropped_iterations', 1, tags);
    this.#now.dropped++;
  }

  error(error) {
    if (this.errors++ < ERRORS_TOLD) console.error(error.stack ?? error);
  }

  users(count) {
    this.metrics.add('vus', count);
    this.#now.users = count;
  }

  /** By name over the whole run, then for each second. */
  requests() {
    const found = new Map();
    for (const { requests } of this.#seconds)
      for (const [name, { durations, failed, statuses }] of requests) {
        if (!found.has(name)) found.set(name, { durations: new Values(), failed: 0, statuses: {} });
        const all = found.get(name);
        for (const each of durations.values) all.durations.add(each);
        all.failed += failed;
        for (const [status, count] of Object.entries(statuses))
          all.statuses[status] = (all.statuses[status] ?? 0) + count;
      }
    return Object.fromEntries([...found].map(([name, one]) => [name, summed(one)]));
  }

  seconds() {
    return this.#seconds.map(({ iterations, dropped, users = null, requests }, second) => ({
      second,
      users,
      iterations,
      dropped,
      requests: Object.fromEntries([...requests].map(([name, one]) => [name, summed(one)])),
    }));
  }
}

const rounded = (value) => Math.round(value * 100) / 100;

const summed = ({ durations, failed, statuses }) => ({
  count: durations.values.length,
  failed,
  statuses,
  p50: rounded(durations.percentile(50)),
  p95: rounded(durations.percentile(95)),
  p99: rounded(durations.percentile(99)),
  max: rounded(durations.percentile(100)),
});
