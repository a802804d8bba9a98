// Whether the shop works at all, in some seconds: every step of a purchase by an account, one shopper at a time.
import type { Options } from 'k6/options';
import { check } from 'k6';
import { call, expect } from './lib/api.ts';
import { basket, browse, confirmed, openShop, type Order, type Shop } from './lib/shop.ts';
import { number } from './lib/settings.ts';

export const options: Options = {
  scenarios: {
    smoke: {
      executor: 'shared-iterations',
      vus: number('VUS', 2),
      iterations: number('ITERATIONS', 6),
      maxDuration: '1m',
    },
  },
  thresholds: {
    checks: ['rate==1'],
    http_req_failed: ['rate==0'],
    'http_req_duration{name:checkout}': ['p(95)<1500'],
    orders_confirmed: ['count>0'],
  },
};

export const setup = () => openShop(4);

export default async function (shop: Shop) {
  await browse(shop, 0);

  const email = `${Date.now()}-${Math.random().toString(36).slice(2)}@load.test`;
  const account = { email, password: 'correct horse', full_name: 'Ada Byron' };
  await expect(201, 'POST', '/auth/register', account, { name: 'register' });
  const { access_token: token } = await expect<{ access_token: string }>(
    200,
    'POST',
    '/auth/login',
    { email, password: account.password },
    { name: 'login' },
  );

  const cart = `/cart/items/${shop.products[0]?.sku}`;
  await expect(200, 'PUT', cart, { quantity: 2 }, { name: 'cart', token });

  const order = basket(shop);
  const how = { name: 'checkout', token, key: email };
  const made = await expect<Order>(201, 'POST', '/orders', order, how);
  confirmed.add(1);
  check(made, { 'the order is confirmed': (each) => each.status === 'confirmed' });
  const again = await expect<Order>(201, 'POST', '/orders', order, { ...how, name: 'replay' });
  check(again, { 'the same key, the same order': (each) => each.id === made.id });

  const declined = { ...order, payment: { method: 'card', token: 'tok_declined' } };
  const refusal = await call('POST', '/orders', declined, {
    name: 'declined',
    token,
    key: `${email}-2`,
    answers: [402],
  });
  check(refusal, { 'a declined card: 402': (each) => each.status === 402 });

  const seen = await expect<Order>(200, 'GET', `/orders/${made.id}`, null, {
    name: 'order',
    token,
  });
  check(seen, { 'the order is there': (each) => each.id === made.id });
}
