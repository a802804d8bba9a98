import { describe, expect, it } from 'vitest';
import type { Order } from '@/api/client';
import { revenuePerDay, summary } from './figures';

const order = (status: string, amount: number, refunded = 0, day = '2026-03-02') =>
  ({
    status,
    created_at: `${day}T10:00:00Z`,
    total: { amount, currency: 'USD' },
    refunded_total: { amount: refunded, currency: 'USD' },
    items: [{ name: 'Lamp', quantity: 2 }],
  }) as Order;

describe('the figures of the shop', () => {
  it('count what was paid and kept', () => {
    const { revenue, basket, count, open, lost, top } = summary([
      order('confirmed', 1000),
      order('delivered', 2000),
      order('partially_refunded', 1000, 400),
      order('refunded', 500, 500),
      order('payment_failed', 9000),
      order('cancelled', 7000),
      order('pending', 3000),
    ]);
    expect(revenue).toEqual({ amount: 3600, currency: 'USD' });
    expect(basket.amount).toBe(900);
    expect([count, open, lost]).toEqual([4, 1, 1]);
    expect(top).toEqual([{ name: 'Lamp', quantity: 8 }]);
    expect(summary([]).basket.amount).toBe(0);
  });

  it('fall on their days', () => {
    const days = revenuePerDay(
      [order('confirmed', 1000), order('confirmed', 500), order('confirmed', 9, 0, '2026-01-01')],
      3,
      new Date('2026-03-03T08:00:00Z'),
    );
    expect(days).toEqual([
      { day: '2026-03-01', amount: 0 },
      { day: '2026-03-02', amount: 1500 },
      { day: '2026-03-03', amount: 0 },
    ]);
  });
});
