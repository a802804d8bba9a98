import { api, take } from '@/api/client';
import type { Order, Schemas } from '@/api/client';
import { Problem, Unreachable } from '@/api/problem';
import { attemptFor, settleAttempt } from './attempt';

export type NewOrder = {
  items: Schemas['NewItem'][];
  shipping_address: Schemas['Address'];
  payment: Schemas['PaymentInstrument'];
  shipping_method?: string;
  expected_total?: Schemas['Money'];
};

/** What leaves the attempt open: whether the order was made is not known, or it is still being made. */
function isOpen(error: unknown): boolean {
  return (
    error instanceof Unreachable ||
    (error instanceof Problem &&
      (error.status >= 500 || error.status === 429 || error.code === 'idempotency_in_progress'))
  );
}

/**
 * Sends the order under the key of its attempt. An order that comes back may still be `pending`: its page
 * follows it. Throws Problem or Unreachable; the attempt stays open where nobody knows the outcome.
 */
export async function placeOrder(wanted: NewOrder, user: string): Promise<Order> {
  const attempt = attemptFor(wanted, user);
  try {
    const order = await take(
      api.POST('/api/v1/orders', {
        params: { header: { 'Idempotency-Key': attempt.key } },
        body: JSON.parse(attempt.body) as NewOrder,
      }),
    );
    settleAttempt();
    return order;
  } catch (error) {
    if (!isOpen(error)) settleAttempt();
    throw error;
  }
}
