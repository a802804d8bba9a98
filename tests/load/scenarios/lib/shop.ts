// What shoppers do. setup() opens a shop of its own with stock for all; each virtual user is one visitor after another.
import { check, sleep } from 'k6';
import exec from 'k6/execution';
import { Counter } from 'k6/metrics';
import { call, expect } from './api.ts';
import { text } from './settings.ts';

const STOCK = 100_000_000;
// Tokens live for 15 minutes. Not all at the same moment: a platform's shoppers do not either.
const VISIT_MS = 8 * 60_000;

export const confirmed = new Counter('orders_confirmed');
export const turnedAway = new Counter('turned_away');

export interface Product {
  id: string;
  sku: string;
}
export interface Shop {
  products: Product[];
}

interface Session {
  token: string;
  until: number;
}
interface Tokens {
  access_token: string;
}
export interface Order {
  id: string;
  status: string;
}

const unique = () => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;

export async function administrator(): Promise<string> {
  const email = text('ADMIN_EMAIL', 'admin@souk.local');
  const password = text('ADMIN_PASSWORD', 'souk-demo-admin');
  const how = { name: 'setup' };
  return (await expect<Tokens>(200, 'POST', '/auth/login', { email, password }, how)).access_token;
}

async function offer(sku: string, token: string): Promise<Product> {
  const product = {
    name: `Load test lamp ${sku}`,
    description: 'A lamp that exists while somebody measures. '.repeat(9),
    status: 'active',
    variants: [{ sku, price: { amount: 1999, currency: text('CURRENCY', 'USD') } }],
  };
  const how = { name: 'setup', token };
  const { id } = await expect<{ id: string }>(201, 'POST', '/products', product, how);
  await expect(200, 'PUT', `/inventory/${sku}`, { on_hand: STOCK }, how);
  return { id, sku };
}

/** SKUs start with BENCH-, as those of the benchmark: the books are compared over both. */
export async function openShop(count: number): Promise<Shop> {
  const token = await administrator();
  const run = unique().toUpperCase();
  const products: Product[] = [];
  for (let i = 0; i < count; i++) products.push(await offer(`BENCH-K6-${run}-${i}`, token));
  return { products };
}

export function any<T>(from: T[]): T {
  const found = from[Math.floor(Math.random() * from.length)];
  if (found === undefined) throw new Error('nothing to choose from');
  return found;
}

let session: Session | undefined; // of this virtual user

async function visitor(): Promise<string> {
  if (session && Date.now() < session.until) return session.token;
  const guest = { email: `${unique()}@load.test`, full_name: 'Ada Byron' };
  const how = { name: 'guest', answers: [503] };
  const reply = await call('POST', '/auth/guest', guest, how);
  if (reply.status !== 201) return '';
  const { access_token } = reply.json() as unknown as Tokens;
  session = { token: access_token, until: Date.now() + VISIT_MS * (1 + Math.random() / 2) };
  return access_token;
}

export function basket(shop: Shop) {
  const first = Math.floor(Math.random() * shop.products.length);
  const second =
    (first + 1 + Math.floor(Math.random() * (shop.products.length - 1))) % shop.products.length;
  return {
    items: [first, second].map((at) => ({ sku: shop.products[at]?.sku, quantity: 1 })),
    shipping_address: {
      full_name: 'Ada Byron',
      line1: '12 St James Square',
      city: 'London',
      postal_code: 'SW1Y 4LB',
      country: 'GB',
    },
    payment: { method: 'card', token: 'tok_visa' },
  };
}

/** One checkout. Under overload a 503 is an answer: the shopper is turned away, and nothing happened. */
export async function buy(shop: Shop, mayBeTurnedAway = false): Promise<void> {
  const answers = mayBeTurnedAway ? [503] : [];
  const token = await visitor();
  if (!token) {
    turnedAway.add(1);
    check(null, { 'a visitor gets in': () => mayBeTurnedAway });
    return;
  }
  const key = `${exec.vu.idInTest}-${unique()}`;
  const reply = await call('POST', '/orders', basket(shop), {
    name: 'checkout',
    token,
    key,
    answers,
  });
  if (reply.status === 503) turnedAway.add(1);
  if (reply.status === 201) confirmed.add(1);
  check(reply, {
    'checkout: 201, or an answer that was to be expected': (each) =>
      each.status === 201 || answers.includes(each.status),
  });
}

/** The way of somebody who looks around: the list, a category, a search, a product or three. */
export async function browse(shop: Shop, pause = 1, mayBeTurnedAway = false): Promise<void> {
  const answers = mayBeTurnedAway ? [503] : [];
  const see = async (path: string, name: string) => {
    const reply = await call('GET', path, null, { name, answers });
    if (reply.status === 503) turnedAway.add(1);
    check(reply, {
      [`${name}: 200, or an answer that was to be expected`]: (each) =>
        each.status === 200 || answers.includes(each.status),
    });
    await sleep(pause * (0.5 + Math.random()));
  };
  await see('/products?page_size=24&facets=true', 'list');
  await see('/categories', 'categories');
  await see(`/products?query=${any(['lamp', 'lampp', 'brass', 'tea', 'wool'])}`, 'search');
  for (let i = 0; i < 3; i++) await see(`/products/${any(shop.products).id}`, 'product');
}
