// A whole run of a scenario file: load, setup, scenarios, teardown, verdict.
import path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { secondsOf } from './arrivals.mjs';
import { Crew, checkScenario, execute } from './executors.mjs';
import { Recorder } from './recorder.mjs';
import { Script } from './script.mjs';
import { prepareThresholds } from './thresholds.mjs';
import { User } from './user.mjs';

const KNOWN_OPTIONS = ['scenarios', 'thresholds'];
const GRACEFUL_STOP = '30s';

function checkOptions(options, exports) {
  for (const name of Object.keys(options))
    if (!KNOWN_OPTIONS.includes(name)) throw new Error(`the option ${name} is not known here`);
  for (const [name, scenario] of Object.entries(options.scenarios ?? {})) {
    checkScenario(name, scenario);
    const exec = scenario.exec ?? 'default';
    if (typeof exports[exec] !== 'function') throw new Error(`${name}: there is no ${exec}()`);
  }
}

/** `interrupt` is a signal that ends the scenarios early; the verdict is given all the same. */
export async function run(
  file,
  { environment = {}, interrupt = new AbortController().signal } = {},
) {
  const recorder = new Recorder();
  const script = new Script(file, environment);
  const first = new User(0, script, recorder);
  const options = first.exports.options ?? {};
  checkOptions(options, first.exports);
  const judge = prepareThresholds(options.thresholds ?? {}, recorder.metrics);

  const data = JSON.stringify((await first.exports.setup?.()) ?? null);
  if (recorder.errors) throw new Error('setup failed');
  // What setup did is told, and not part of the run's seconds.
  recorder.begin();
  let users = 0;
  const crews = [];

  const scenarioOf = async ([name, scenario]) => {
    const start = secondsOf(scenario.startTime ?? '0s');
    await after(start * 1000, undefined, { signal: interrupt }).catch(() => {});
    const begun = performance.now();
    const crew = new Crew({
      makeUser: () => new User(++users, script, recorder, name),
      exec: scenario.exec ?? 'default',
      data,
      clock: () => (performance.now() - begun) / 1000,
      isOver: () => interrupt.aborted,
    });
    crews.push(crew);
    await execute(crew, { ...scenario, dropped: () => recorder.dropped({ scenario: name }) });
    await crew.finish(interrupt.aborted ? 0 : secondsOf(scenario.gracefulStop ?? GRACEFUL_STOP));
  };

  const watch = setInterval(
    () => recorder.users(crews.reduce((sum, crew) => sum + crew.running.size, 0)),
    500,
  );
  try {
    await Promise.all(Object.entries(options.scenarios ?? {}).map(scenarioOf));
  } finally {
    clearInterval(watch);
  }
  const seconds = recorder.elapsed;
  await first.exports.teardown?.(JSON.parse(data));
  first.end();

  return {
    scenario: path.basename(file, '.ts'),
    seconds: Math.round(seconds * 100) / 100,
    interrupted: interrupt.aborted,
    errors: recorder.errors,
    thresholds: judge(seconds),
    checks: Object.fromEntries(recorder.checks),
    metrics: recorder.metrics.numbers(seconds),
    requests: recorder.requests(),
    series: recorder.seconds(),
  };
}
