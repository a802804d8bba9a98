// A crowd arrives from one second to the next, three times what the platform can do, and goes again. It has to turn away
// what it cannot do, to do what it admits, and to be its old self at once.
import type { Options } from 'k6/options';
import { browse, buy, openShop, type Shop } from './lib/shop.ts';
import { number, usersFor } from './lib/settings.ts';

const calm = number('RATE', 30);
const spike = number('SPIKE_RATE', 1000);

const steady = (startTime: string, duration: string) => ({
  executor: 'constant-arrival-rate' as const,
  exec: 'calmly',
  rate: calm,
  timeUnit: '1s',
  startTime,
  duration,
  preAllocatedVUs: usersFor(calm, 0.2),
  maxVUs: usersFor(calm, 5),
});

export const options: Options = {
  scenarios: {
    before: steady('0s', '10s'),
    spike: {
      executor: 'constant-arrival-rate',
      exec: 'crowd',
      rate: spike,
      timeUnit: '1s',
      startTime: '10s',
      duration: '10s',
      preAllocatedVUs: usersFor(spike, 0.1),
      maxVUs: usersFor(spike, 1),
    },
    looking: { ...steady('0s', '40s'), exec: 'looking', rate: 5 },
    // Five seconds to catch breath in.
    after: steady('25s', '15s'),
  },
  thresholds: {
    checks: ['rate>0.999'],
    http_req_failed: ['rate<0.001'],
    'http_req_duration{scenario:before,name:checkout}': ['p(95)<500'],
    'http_req_duration{scenario:after,name:checkout}': ['p(95)<500'],
    orders_confirmed: ['count>0'],
  },
};

export const setup = () => openShop(100);

export async function calmly(shop: Shop) {
  await buy(shop);
}

export async function crowd(shop: Shop) {
  await buy(shop, true);
}

export async function looking(shop: Shop) {
  await browse(shop, 0.1, true); // who only looks is turned away before who buys
}
