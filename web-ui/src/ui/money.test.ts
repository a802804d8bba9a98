import { describe, expect, it } from 'vitest';
import { amountText, formatMoney, parseAmount } from './money';

describe('money', () => {
  it('is shown with the decimals of its currency, in the reader’s language', () => {
    expect(formatMoney({ amount: 1999, currency: 'USD' }, 'en-US')).toBe('$19.99');
    expect(formatMoney({ amount: 1999, currency: 'EUR' }, 'de-DE')).toBe('19,99\u00a0€');
    expect(formatMoney({ amount: 1999, currency: 'JPY' }, 'en-US')).toBe('¥1,999');
    expect(formatMoney({ amount: 1999, currency: 'KWD' }, 'en-US')).toBe('KWD\u00a01.999');
    expect(formatMoney(undefined, 'en-US')).toBe('');
  });

  it('is read exactly or not at all', () => {
    expect(parseAmount('19.99', 'USD')).toBe(1999);
    expect(parseAmount(' 19,9 ', 'USD')).toBe(1990);
    expect(parseAmount('0.29', 'USD')).toBe(29);
    expect(parseAmount('1234567.89', 'USD')).toBe(123456789);
    expect(parseAmount('1999', 'JPY')).toBe(1999);
    expect(parseAmount('1.5', 'KWD')).toBe(1500);
    for (const text of ['', '-1', '1e3', '19.999', '1,000.00', 'ten'])
      expect(parseAmount(text, 'USD')).toBeNull();
    expect(parseAmount('1.5', 'JPY')).toBeNull();
  });

  it('comes back from a form as it went in', () => {
    for (const money of [
      { amount: 5, currency: 'USD' },
      { amount: 7, currency: 'JPY' },
      { amount: 1234, currency: 'KWD' },
    ])
      expect(parseAmount(amountText(money), money.currency)).toBe(money.amount);
  });
});
