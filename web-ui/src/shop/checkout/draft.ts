import type { Address } from '@/api/client';
import { cart, totalOf } from '../cart';
import type { NewOrder } from '../place-order';

/** What has been filled in at the till: kept for a reload, as long as the tab lives. */
export type Draft = Record<string, string>;
export type Problems = Record<string, string>;

export const CARDS = ['tok_visa', 'tok_3ds', 'tok_declined', 'tok_insufficient_funds'] as const;
export const NEEDED = ['full_name', 'line1', 'city', 'postal_code'] as const;
const ADDRESS = [
  'full_name',
  'line1',
  'line2',
  'city',
  'region',
  'postal_code',
  'country',
] as const;
const KEY = 'souk.checkout';

export function keptDraft(): Draft {
  try {
    return (JSON.parse(sessionStorage.getItem(KEY) ?? '{}') ?? {}) as Draft;
  } catch {
    return {};
  }
}
export const keepDraft = (draft: Draft) => sessionStorage.setItem(KEY, JSON.stringify(draft));
export const forgetDraft = () => sessionStorage.removeItem(KEY);

export const fromAddress = (address: Address): Draft =>
  Object.fromEntries(ADDRESS.map((name) => [name, address[name] ?? '']));

export function addressOf(draft: Draft): Address {
  const text = (name: string) => (draft[name] ?? '').trim();
  return {
    full_name: text('full_name'),
    line1: text('line1'),
    ...(text('line2') && { line2: text('line2') }),
    city: text('city'),
    ...(text('region') && { region: text('region') }),
    postal_code: text('postal_code'),
    country: text('country'),
  };
}

/** What the form says, as an order for what lies in the cart. */
export function orderFrom(
  draft: Draft,
  delivery: { code: string; amount: number } | undefined,
  payment: NewOrder['payment'],
): NewOrder {
  const lines = cart.lines();
  const goods = totalOf(lines);
  return {
    items: lines.map(({ sku, quantity }) => ({ sku, quantity })),
    shipping_address: addressOf(draft),
    payment,
    ...(delivery && { shipping_method: delivery.code }),
    expected_total: {
      amount: (goods?.amount ?? 0) + (delivery?.amount ?? 0),
      currency: goods?.currency ?? 'USD',
    },
  };
}
