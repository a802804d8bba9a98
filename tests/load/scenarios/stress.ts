// More and more checkouts, step by step, until the platform turns shoppers away: the plot shows where. Past that point it
// still has to do all that it admits, and to fail at nothing.
import type { Options } from 'k6/options';
import { buy, openShop, type Shop } from './lib/shop.ts';
import { number, text, usersFor } from './lib/settings.ts';

const most = number('RATE', 900);
const steps = 6;
const step = text('STEP', '8s');

export const options: Options = {
  scenarios: {
    stress: {
      executor: 'ramping-arrival-rate',
      startRate: Math.ceil(most / steps),
      timeUnit: '1s',
      preAllocatedVUs: usersFor(most, 0.1),
      maxVUs: usersFor(most, 1),
      stages: Array.from({ length: steps }, (_, i) => Math.ceil((most * (i + 1)) / steps)).flatMap(
        (target) => [
          { duration: '1s', target },
          { duration: step, target },
        ],
      ),
    },
  },
  thresholds: {
    checks: ['rate>0.999'],
    http_req_failed: ['rate<0.001'],
    orders_confirmed: ['count>0'],
  },
};

export const setup = () => openShop(200);

export default async function (shop: Shop) {
  await buy(shop, true);
}
