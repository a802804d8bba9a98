import { useSyncExternalStore } from 'react';
import type { Money, Product, Variant } from '@/api/client';

/** What lies in the cart, with enough of the product to show it without asking. Prices are the server's. */
export type CartLine = {
  sku: string;
  quantity: number;
  slug: string;
  name: string;
  title: string;
  image: string;
  price: Money;
};

const KEY = 'souk.cart';
export const MOST = 99;

function isLine(value: unknown): value is CartLine {
  const line = value as CartLine;
  return (
    typeof line?.sku === 'string' &&
    Number.isInteger(line.quantity) &&
    line.quantity > 0 &&
    !!line.price
  );
}

function read(): CartLine[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isLine) : [];
  } catch {
    return [];
  }
}

let lines = read();
const listeners = new Set<() => void>();
const tell = () => listeners.forEach((listener) => listener());

function write(next: CartLine[]) {
  lines = next;
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // A browser that keeps nothing still has the cart until the page goes.
  }
  tell();
}

window.addEventListener('storage', (event) => {
  if (event.key !== KEY && event.key !== null) return;
  lines = read();
  tell();
});

const clamp = (quantity: number) => Math.min(Math.max(Math.trunc(quantity), 1), MOST);

export function variantTitle(variant: Variant): string {
  return variant.title || Object.values(variant.options ?? {}).join(', ');
}

export const cart = {
  lines: () => lines,
  add(product: Product, variant: Variant, quantity: number, image: string) {
    const old = lines.find((line) => line.sku === variant.sku);
    const line: CartLine = {
      sku: variant.sku,
      quantity: clamp(quantity + (old?.quantity ?? 0)),
      slug: product.slug,
      name: product.name,
      title: variantTitle(variant),
      image,
      price: variant.price,
    };
    write(old ? lines.map((each) => (each === old ? line : each)) : [...lines, line]);
  },
  set(sku: string, quantity: number) {
    write(lines.map((line) => (line.sku === sku ? { ...line, quantity: clamp(quantity) } : line)));
  },
  /** The platform names another price: show it from now on. */
  reprice(sku: string, price: Money) {
    write(lines.map((line) => (line.sku === sku ? { ...line, price } : line)));
  },
  remove(sku: string) {
    write(lines.filter((line) => line.sku !== sku));
  },
  clear: () => write([]),
  replace: (next: CartLine[]) => write(next),
};

export function totalOf(all: CartLine[]): Money | undefined {
  const first = all[0];
  if (!first) return undefined;
  return {
    currency: first.price.currency,
    amount: all.reduce((sum, line) => sum + (line.price.amount ?? 0) * line.quantity, 0),
  };
}

export const onCart = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function useCart() {
  const all = useSyncExternalStore(onCart, cart.lines);
  return {
    lines: all,
    count: all.reduce((sum, line) => sum + line.quantity, 0),
    total: totalOf(all),
  };
}
