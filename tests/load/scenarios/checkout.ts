// Checkouts at a rate that does not wait for answers, rising to RATE a second and staying there.
import type { Options } from 'k6/options';
import { buy, openShop, type Shop } from './lib/shop.ts';
import { number, text, usersFor } from './lib/settings.ts';

const rate = number('RATE', 150);

export const options: Options = {
  scenarios: {
    checkout: {
      executor: 'ramping-arrival-rate',
      startRate: Math.ceil(rate / 10),
      timeUnit: '1s',
      preAllocatedVUs: usersFor(rate, 0.1),
      maxVUs: usersFor(rate, 1),
      stages: [
        { duration: '10s', target: rate },
        { duration: text('DURATION', '30s'), target: rate },
      ],
    },
  },
  thresholds: {
    checks: ['rate>0.999'],
    http_req_failed: ['rate<0.001'],
    dropped_iterations: ['count==0'],
    // The objective of docs/OBSERVABILITY.md is 99 % within 2.5 s.
    'http_req_duration{name:checkout}': ['p(95)<500', 'p(99)<2500'],
    orders_confirmed: ['count>0'],
  },
};

export const setup = () => openShop(200);

export default async function (shop: Shop) {
  await buy(shop);
}
