import type { Money } from '@/api/client';

const digits = new Map<string, number>();

/** How many decimals a currency has: 2 for USD, 0 for JPY, 3 for KWD. */
export function decimals(currency: string): number {
  let count = digits.get(currency);
  if (count === undefined) {
    count =
      new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
        .maximumFractionDigits ?? 2;
    digits.set(currency, count);
  }
  return count;
}

export function formatMoney(money: Money | undefined, locale: string): string {
  if (!money) return '';
  return new Intl.NumberFormat(locale, { style: 'currency', currency: money.currency }).format(
    (money.amount ?? 0) / 10 ** decimals(money.currency),
  );
}

/** "19.99" or "19,99" as minor units; null for what is no amount of that currency. */
export function parseAmount(text: string, currency: string): number | null {
  const match = /^(\d{1,12})(?:[.,](\d*))?$/.exec(text.trim());
  if (!match) return null;
  const places = decimals(currency);
  const fraction = match[2] ?? '';
  if (fraction.length > places) return null;
  return Number(`${match[1]}${fraction.padEnd(places, '0')}`);
}

export function amountText(money: Money): string {
  const places = decimals(money.currency);
  return ((money.amount ?? 0) / 10 ** places).toFixed(places);
}
