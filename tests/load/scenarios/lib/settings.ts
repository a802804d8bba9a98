// What the environment may change of a scenario: k6 run -e RATE=300, make load-test RATE=300.

const NUMBER = /^\d+(\.\d+)?$/;

export function number(name: string, otherwise: number): number {
  const text = __ENV[name];
  if (!text) return otherwise;
  if (!NUMBER.test(text)) throw new Error(`${name}=${text} is no number`);
  return Number(text);
}

export const text = (name: string, otherwise: string): string => __ENV[name] || otherwise;

/** As many virtual users as work at once when each of `rate` iterations a second takes this long, twice over. */
export const usersFor = (rate: number, seconds: number): number =>
  Math.max(10, Math.ceil(rate * seconds * 2));
