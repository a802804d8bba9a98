import { beforeEach, describe, expect, it } from 'vitest';
import type { Product, Variant } from '@/api/client';
import { cart, MOST, totalOf } from './cart';

const variant = (sku: string, amount: number): Variant => ({
  sku,
  title: '',
  options: { size: 'M' },
  price: { amount, currency: 'USD' },
  availability: 'in_stock',
});
const product = { slug: 'shirt', name: 'Shirt' } as Product;

describe('the cart', () => {
  beforeEach(() => cart.clear());

  it('adds up what is put in twice', () => {
    cart.add(product, variant('A', 500), 2, '/a.svg');
    cart.add(product, variant('A', 600), 1, '/a.svg');
    expect(cart.lines()).toHaveLength(1);
    expect(cart.lines()[0]).toMatchObject({ quantity: 3, title: 'M', price: { amount: 600 } });
    expect(totalOf(cart.lines())).toEqual({ amount: 1800, currency: 'USD' });
  });

  it('keeps quantities within bounds', () => {
    cart.add(product, variant('A', 500), 1000, '');
    expect(cart.lines()[0]?.quantity).toBe(MOST);
    cart.set('A', -4);
    expect(cart.lines()[0]?.quantity).toBe(1);
    cart.remove('A');
    expect(totalOf(cart.lines())).toBeUndefined();
  });

  it('outlives the page, and takes over what another tab did', () => {
    cart.add(product, variant('A', 500), 1, '');
    expect(JSON.parse(localStorage.getItem('souk.cart') ?? '')).toHaveLength(1);
    localStorage.setItem(
      'souk.cart',
      '[{"sku":"B","quantity":2,"price":{"amount":1,"currency":"USD"}},{"sku":7}]',
    );
    window.dispatchEvent(new StorageEvent('storage', { key: 'souk.cart' }));
    expect(cart.lines().map((line) => line.sku)).toEqual(['B']);
    localStorage.setItem('souk.cart', 'no JSON');
    window.dispatchEvent(new StorageEvent('storage', { key: 'souk.cart' }));
    expect(cart.lines()).toEqual([]);
  });
});
