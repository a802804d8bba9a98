import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Product, Variant } from '@/api/client';
import { signedIn, signedOut } from '@/api/session';
import { cart } from './cart';
import { keepCartInSync } from './cart-sync';

/** The platform's side, as far as carts go. */
let kept: Map<string, number>;
let productsFail = false;
const asked: string[] = [];
const reply = (body: object) =>
  new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } });

async function platform(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  asked.push(`${request.method} ${pathname}`);
  const sku = pathname.split('/').at(-1) ?? '';
  const body = (request.method === 'GET' ? {} : await request.json().catch(() => ({}))) as {
    items?: { sku: string; quantity: number }[];
    quantity?: number;
  };
  for (const item of body.items ?? [])
    kept.set(item.sku, Math.max(kept.get(item.sku) ?? 0, item.quantity));
  if (request.method === 'PUT') kept.set(sku, body.quantity ?? 0);
  if (request.method === 'DELETE') kept.delete(sku);
  if (pathname.includes('/products/') && productsFail) throw new TypeError('aborted');
  if (pathname.includes('/products/'))
    return reply({ slug: 'pen', name: 'Pen', variants: [variant('PEN')] });
  return reply({
    items: [...kept].map(([each, quantity]) => ({
      sku: each,
      quantity,
      product_id: 'id',
      name: each,
      unit_price: { amount: 500, currency: 'USD' },
      problem: each === 'GONE' ? 'not_sellable' : '',
    })),
  });
}

const variant = (sku: string) =>
  ({ sku, title: '', options: {}, price: { amount: 500, currency: 'USD' } }) as unknown as Variant;
const put = (sku: string, quantity: number) =>
  cart.add({ slug: 'p', name: 'P' } as Product, variant(sku), quantity, '/p.svg');
const account = (id: string, roles = ['customer']) =>
  signedIn({
    access_token: 't',
    expires_in: 900,
    user: { id, roles },
  } as unknown as Parameters<typeof signedIn>[0]);
const inCart = () => Object.fromEntries(cart.lines().map((line) => [line.sku, line.quantity]));

keepCartInSync();

describe('the cart of an account', () => {
  beforeEach(async () => {
    vi.stubGlobal('fetch', platform);
    signedOut();
    cart.clear();
    await new Promise((done) => setTimeout(done, 500));
    localStorage.clear();
    kept = new Map();
    asked.length = 0;
  });

  it('takes over what lay in the browser, once, and leaves out what cannot be had', async () => {
    kept.set('PEN', 3).set('GONE', 1);
    put('LAMP', 2);
    put('PEN', 1);
    account('u1');
    await vi.waitFor(() => expect(inCart()).toEqual({ LAMP: 2, PEN: 3 }));
    expect(cart.lines().find((line) => line.sku === 'PEN')).toMatchObject({ name: 'P' });
    await vi.waitFor(() => expect(kept.has('GONE')).toBe(false));
    expect(asked.filter((each) => each.startsWith('POST'))).toHaveLength(1);
  });

  it('tells the platform what changes, and stays with the account', async () => {
    kept.set('PEN', 1);
    account('u2');
    await vi.waitFor(() => expect(inCart()).toEqual({ PEN: 1 }));
    expect(cart.lines()[0]).toMatchObject({ slug: 'pen', name: 'PEN' });
    cart.set('PEN', 4);
    put('LAMP', 1);
    await vi.waitFor(() => expect(Object.fromEntries(kept)).toEqual({ PEN: 4, LAMP: 1 }));
    cart.remove('LAMP');
    await vi.waitFor(() => expect(Object.fromEntries(kept)).toEqual({ PEN: 4 }));
    signedOut();
    expect(cart.lines()).toEqual([]);
    expect(Object.fromEntries(kept)).toEqual({ PEN: 4 });
  });

  it('looks again for what a line shows when it could not be had', async () => {
    kept.set('PEN', 1);
    productsFail = true;
    account('u3');
    await vi.waitFor(() => expect(inCart()).toEqual({ PEN: 1 }));
    expect(cart.lines()[0]).toMatchObject({ name: 'PEN', image: '' });
    productsFail = false;
    account('u4');
    await vi.waitFor(() =>
      expect(cart.lines()[0]).toMatchObject({ slug: 'pen', image: '/demo/category-home.svg' }),
    );
  });

  it('is the browser’s own for a guest', async () => {
    put('LAMP', 1);
    account('g', ['guest']);
    await new Promise((done) => setTimeout(done, 600));
    expect(asked).toEqual([]);
    expect(inCart()).toEqual({ LAMP: 1 });
  });
});
