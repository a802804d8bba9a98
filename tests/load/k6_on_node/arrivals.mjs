// When something is due by k6's stages: seconds from the start on.

const UNITS = { ms: 1e-3, s: 1, m: 60, h: 3600 };

/** "1m30s" -> 90. A bare number is milliseconds, as in k6. */
export function secondsOf(duration) {
  const text = String(duration);
  if (/^\d+$/.test(text)) return Number(text) / 1000;
  const parts = text.match(/\d+(?:\.\d+)?(?:ms|s|m|h)/g);
  if (!parts || parts.join('') !== text) throw new Error(`"${text}" is no duration`);
  return parts.reduce((sum, part) => {
    const [, amount, unit] = /^([\d.]+)(\w+)$/.exec(part);
    return sum + Number(amount) * UNITS[unit];
  }, 0);
}

/** Stages with their length in seconds and what they begin and end with. */
export function rampsOf(first, stages) {
  let from = first;
  return stages.map(({ duration, target }) => {
    const ramp = { seconds: secondsOf(duration), from, to: target };
    from = target;
    return ramp;
  });
}

export const lengthOf = (ramps) => ramps.reduce((sum, { seconds }) => sum + seconds, 0);

/** What the ramps say at a moment. */
export function levelAt(ramps, second) {
  let begun = 0;
  for (const { seconds, from, to } of ramps) {
    if (second < begun + seconds) return from + ((to - from) * (second - begun)) / seconds;
    begun += seconds;
  }
  return ramps.at(-1)?.to ?? 0;
}

/** The moments at which iterations start where the ramps are rates per second: where their integral is 0, 1, 2, … */
export function* arrivals(ramps) {
  let begun = 0;
  let before = 0; // the integral at the ramp's begin
  let due = 0;
  for (const { seconds, from, to } of ramps) {
    const slope = seconds > 0 ? (to - from) / seconds : 0;
    const within = ((from + to) / 2) * seconds;
    for (; due < before + within; due++) {
      // from * t + slope * t^2 / 2 = missing, in the form that does not cancel
      const missing = due - before;
      const root = Math.sqrt(Math.max(0, from * from + 2 * slope * missing));
      yield begun + (missing === 0 ? 0 : (2 * missing) / (from + root));
    }
    begun += seconds;
    before += within;
  }
}
