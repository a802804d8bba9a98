/** A span of days (UTC, as the platform counts them), both included: what the address says, or the last 30. */
export type Period = { from: string; to: string; interval: 'day' | 'week' | 'month' };

const DAY_MS = 86_400_000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

export const dayOf = (date: Date) => date.toISOString().slice(0, 10);
export const daysBefore = (day: string, count: number) =>
  dayOf(new Date(Date.parse(day) - count * DAY_MS));
const isDay = (text: string | undefined): text is string =>
  !!text && DAY.test(text) && !Number.isNaN(Date.parse(text));

/** As many bars as can be told apart. */
function intervalFor(days: number): Period['interval'] {
  if (days <= 45) return 'day';
  return days <= 200 ? 'week' : 'month';
}

export function periodFrom(
  get: (name: string) => string | undefined,
  today = dayOf(new Date()),
): Period {
  const last = get('to');
  const to = isDay(last) ? last : today;
  const wanted = get('from');
  const from = isDay(wanted) && wanted <= to ? wanted : daysBefore(to, 29);
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  return { from, to, interval: intervalFor(days) };
}
