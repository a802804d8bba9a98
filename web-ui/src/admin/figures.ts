import type { Money, Order } from '@/api/client';

const SOLD = ['confirmed', 'fulfilled', 'delivered', 'partially_refunded', 'refunded'];
const earned = (order: Order) => (order.total.amount ?? 0) - (order.refunded_total?.amount ?? 0);
const sold = (orders: Order[]) => orders.filter((order) => SOLD.includes(order.status));

/** The figures of some orders: what was taken and kept, in the shop's one currency. */
export function summary(orders: Order[]) {
  const paid = sold(orders);
  const currency = orders[0]?.total.currency ?? 'USD';
  const sum = paid.reduce((all, order) => all + earned(order), 0);
  const units = new Map<string, number>();
  for (const item of paid.flatMap((order) => order.items ?? []))
    units.set(item.name, (units.get(item.name) ?? 0) + item.quantity);
  return {
    revenue: { amount: sum, currency } satisfies Money,
    basket: { amount: paid.length ? Math.round(sum / paid.length) : 0, currency } satisfies Money,
    count: paid.length,
    open: orders.filter((order) => order.status === 'confirmed').length,
    lost: orders.filter((order) => order.status === 'payment_failed').length,
    top: [...units]
      .map(([name, quantity]) => ({ name, quantity }))
      .sort((a, b) => b.quantity - a.quantity || a.name.localeCompare(b.name))
      .slice(0, 8),
  };
}

const dayOf = (date: Date) => date.toISOString().slice(0, 10);

/** Revenue of each of the last `count` days (UTC), oldest first, days without any included. */
export function revenuePerDay(orders: Order[], count: number, today = new Date()) {
  const days = Array.from({ length: count }, (_, i) => ({
    day: dayOf(new Date(today.getTime() - (count - 1 - i) * 86_400_000)),
    amount: 0,
  }));
  for (const order of sold(orders)) {
    const day = days.find((each) => order.created_at.startsWith(each.day));
    if (day) day.amount += earned(order);
  }
  return days;
}
