// Runs a k6 scenario without k6:
//
//   node tests/load/k6_on_node/main.mjs [-e NAME=VALUE]... [--summary FILE] SCENARIO.ts
//
// Exit code as k6 gives it: 0, 99 where a threshold does not hold, 105 where it was interrupted, 107 where the script
// failed. The summary is JSON: thresholds, metrics, requests by name, and the same for each second.
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { report } from './report.mjs';
import { run } from './run.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    env: { type: 'string', short: 'e', multiple: true, default: [] },
    summary: { type: 'string' },
  },
});
if (positionals.length !== 1) {
  console.error('usage: main.mjs [-e NAME=VALUE]... [--summary FILE] SCENARIO.ts');
  process.exit(2);
}
const environment = Object.fromEntries(
  values.env.map((each) => [each.split('=', 1)[0], each.slice(each.indexOf('=') + 1)]),
);

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort());

try {
  const result = await run(positionals[0], { environment, interrupt: stop.signal });
  console.log(report(result));
  if (values.summary) fs.writeFileSync(values.summary, JSON.stringify(result, null, 1) + '\n');
  if (result.errors > 0) process.exitCode = 107;
  else if (result.interrupted) process.exitCode = 105;
  else if (result.thresholds.some(({ ok }) => !ok)) process.exitCode = 99;
} catch (error) {
  console.error(error.stack ?? error);
  process.exitCode = 107;
}
