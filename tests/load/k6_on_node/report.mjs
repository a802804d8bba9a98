// What a run is told as on a terminal.

const number = (value) =>
  value === null ? '-' : value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 3 : 1 });

function table(head, rows) {
  const widths = head.map((_, at) =>
    Math.max(...[head, ...rows].map((row) => String(row[at]).length)),
  );
  return [head, ...rows].map((row) =>
    row
      .map((cell, at) =>
        at === 0 ? String(cell).padEnd(widths[0]) : String(cell).padStart(widths[at]),
      )
      .join('  ')
      .trimEnd(),
  );
}

const statusesOf = (statuses) =>
  Object.entries(statuses)
    .map(([status, count]) => `${status === '0' ? 'no reply' : status}: ${number(count)}`)
    .join(', ');

export function report(result) {
  const { scenario, seconds, requests, thresholds, checks, metrics } = result;
  const failedChecks = Object.entries(checks).filter(([, { fails }]) => fails > 0);
  const lines = [
    `${scenario}: ${number(seconds)} s, ${number(metrics.iterations?.count ?? 0)} iterations` +
      `${result.interrupted ? ', INTERRUPTED' : ''}`,
    '',
    ...table(
      ['requests', 'count', 'per s', 'failed', 'p50 ms', 'p95 ms', 'p99 ms', 'max ms', 'replies'],
      Object.entries(requests).map(([name, one]) => [
        name,
        number(one.count),
        number(one.count / seconds),
        number(one.failed),
        ...[one.p50, one.p95, one.p99, one.max].map(number),
        statusesOf(one.statuses),
      ]),
    ),
    '',
    ...table(
      ['thresholds', 'measured', ''],
      thresholds.map(({ selector, expression, value, ok }) => [
        `${selector}: ${expression}`,
        number(value),
        ok ? 'ok' : 'FAILED',
      ]),
    ),
  ];
  for (const [name, { passes, fails }] of failedChecks)
    lines.push(`check failed: ${name} (${number(fails)} of ${number(passes + fails)})`);
  if (result.errors > 0) lines.push(`${number(result.errors)} iterations ended with an exception`);
  return lines.join('\n');
}
