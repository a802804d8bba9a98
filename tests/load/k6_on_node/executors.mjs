// k6's executors: who runs the next iteration, and when. Each gets a crew, which makes users and ends them.
import { setTimeout as after } from 'node:timers/promises';
import { arrivals, lengthOf, levelAt, rampsOf, secondsOf } from './arrivals.mjs';

const TICK_MS = 50;

/** The users of one scenario. `clock()` is the seconds since it began. */
export class Crew {
  users = [];
  idle = [];
  running = new Set();

  constructor({ makeUser, exec, data, clock, isOver }) {
    Object.assign(this, { makeUser, exec, data, clock, isOver });
  }

  hire(count = 1) {
    for (let i = 0; i < count; i++) {
      const user = this.makeUser();
      user.data = JSON.parse(this.data);
      this.users.push(user);
      this.idle.push(user);
    }
  }

  /** One iteration of an idle user. */
  run(user = this.idle.pop()) {
    const done = user.iterate(this.exec, user.data).finally(() => {
      this.running.delete(done);
      this.idle.push(user);
    });
    this.running.add(done);
    return done;
  }

  /** Iterations of one user, as long as `goOn` says so. */
  async loop(user, goOn) {
    while (goOn() && !this.isOver()) await user.iterate(this.exec, user.data);
  }

  /** At most this long for what runs, then it is interrupted. */
  async finish(graceSeconds) {
    const grace = new AbortController();
    const late = after(graceSeconds * 1000, undefined, { signal: grace.signal }).catch(() => {});
    await Promise.race([Promise.allSettled([...this.running]), late]);
    grace.abort();
    for (const user of this.users) user.end();
    await Promise.allSettled([...this.running]);
  }

  track(promise) {
    const done = promise.finally(() => this.running.delete(done));
    this.running.add(done);
  }
}

async function sharedIterations(crew, { vus = 1, iterations = vus, maxDuration = '10m' }) {
  let left = iterations;
  const end = secondsOf(maxDuration);
  crew.hire(vus);
  for (const user of crew.users)
    crew.track(crew.loop(user, () => crew.clock() < end && left-- > 0));
  while (crew.running.size > 0 && crew.clock() < end && !crew.isOver()) await after(TICK_MS);
}

async function constantUsers(crew, { vus = 1, duration }) {
  const end = secondsOf(duration);
  crew.hire(vus);
  for (const user of crew.users) crew.track(crew.loop(user, () => crew.clock() < end));
  while (crew.clock() < end && !crew.isOver()) await after(TICK_MS);
}

async function rampingUsers(crew, { startVUs = 1, stages }) {
  const ramps = rampsOf(startVUs, stages);
  const end = lengthOf(ramps);
  const active = new Set();
  const wanted = () => Math.round(levelAt(ramps, crew.clock()));
  const start = (user, index) => {
    active.add(index);
    const work = crew.loop(user, () => crew.clock() < end && index < wanted());
    crew.track(work.finally(() => active.delete(index)));
  };
  while (crew.clock() < end && !crew.isOver()) {
    crew.hire(Math.max(0, wanted() - crew.users.length));
    for (let index = 0; index < wanted(); index++)
      if (!active.has(index)) start(crew.users[index], index);
    await after(TICK_MS);
  }
}

async function arrivalRate(crew, ramps, { preAllocatedVUs, maxVUs = preAllocatedVUs, dropped }) {
  const end = lengthOf(ramps);
  crew.hire(preAllocatedVUs);
  for (const due of arrivals(ramps)) {
    if (crew.isOver()) return;
    const early = due - crew.clock();
    if (early > 0) await after(early * 1000);
    if (crew.idle.length === 0 && crew.users.length < maxVUs) crew.hire();
    if (crew.idle.length > 0) crew.run();
    else dropped();
  }
  while (crew.clock() < end && !crew.isOver()) await after(TICK_MS);
}

const perSecond = (rate, { timeUnit = '1s' }) => rate / secondsOf(timeUnit);

const EXECUTORS = {
  'shared-iterations': sharedIterations,
  'constant-vus': constantUsers,
  'ramping-vus': rampingUsers,
  'constant-arrival-rate': (crew, options) => {
    const rate = perSecond(options.rate, options);
    const ramps = [{ seconds: secondsOf(options.duration), from: rate, to: rate }];
    return arrivalRate(crew, ramps, options);
  },
  'ramping-arrival-rate': (crew, options) => {
    const stages = options.stages.map(({ duration, target }) => ({
      duration,
      target: perSecond(target, options),
    }));
    return arrivalRate(crew, rampsOf(perSecond(options.startRate ?? 0, options), stages), options);
  },
};

const COMMON = ['executor', 'exec', 'startTime', 'gracefulStop'];
const OWN = {
  'shared-iterations': ['vus', 'iterations', 'maxDuration'],
  'constant-vus': ['vus', 'duration'],
  'ramping-vus': ['startVUs', 'stages'],
  'constant-arrival-rate': ['rate', 'timeUnit', 'duration', 'preAllocatedVUs', 'maxVUs'],
  'ramping-arrival-rate': ['startRate', 'timeUnit', 'stages', 'preAllocatedVUs', 'maxVUs'],
};

/** Throws where a scenario asks for what is not known here. */
export function checkScenario(name, options) {
  const own = OWN[options.executor];
  if (!own) throw new Error(`${name}: the executor ${options.executor} is not known here`);
  for (const option of Object.keys(options))
    if (![...COMMON, ...own].includes(option))
      throw new Error(`${name}: the option ${option} is not known here`);
}

export const execute = (crew, options) => EXECUTORS[options.executor](crew, options);
