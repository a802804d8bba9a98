// A day of a shop, for as long as one likes: what leaks, grows or slows down shows in time.
import type { Options } from 'k6/options';
import { browse, buy, openShop, type Shop } from './lib/shop.ts';
import { number, text, usersFor } from './lib/settings.ts';

const rate = number('RATE', 40);
const duration = text('DURATION', '30m');

export const options: Options = {
  scenarios: {
    buying: {
      executor: 'constant-arrival-rate',
      exec: 'buying',
      rate,
      timeUnit: '1s',
      duration,
      preAllocatedVUs: usersFor(rate, 0.2),
      maxVUs: usersFor(rate, 5),
    },
    looking: { executor: 'constant-vus', exec: 'looking', vus: number('VUS', 20), duration },
  },
  thresholds: {
    checks: ['rate>0.999'],
    http_req_failed: ['rate<0.001'],
    dropped_iterations: ['count==0'],
    'http_req_duration{scenario:buying}': ['p(99)<2500'],
    'http_req_duration{scenario:looking}': ['p(99)<250'],
    orders_confirmed: ['count>0'],
  },
};

export const setup = () => openShop(200);

export async function buying(shop: Shop) {
  await buy(shop);
}

export async function looking(shop: Shop) {
  await browse(shop);
}
