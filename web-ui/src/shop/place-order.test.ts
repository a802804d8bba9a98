import { afterEach, describe, expect, it, vi } from 'vitest';
import { Problem, Unreachable } from '@/api/problem';
import { currentAttempt } from './attempt';
import { placeOrder } from './place-order';
import type { NewOrder } from './place-order';

const wanted = (quantity = 1): NewOrder => ({
  items: [{ sku: 'A', quantity }],
  shipping_address: { full_name: 'A', line1: 'B', city: 'C', postal_code: 'D', country: 'FR' },
  payment: { method: 'card', token: 'tok_visa' },
});

const keys: (string | null)[] = [];
function platformAnswers(...replies: (Response | Error)[]) {
  keys.length = 0;
  vi.stubGlobal('fetch', async (request: Request) => {
    keys.push(request.headers.get('Idempotency-Key'));
    const reply = replies.shift();
    if (!reply || reply instanceof Error) throw reply ?? new Error('asked too often');
    return reply;
  });
}
const reply = (status: number, body: object) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
describe('an attempt to buy', () => {
  afterEach(() => sessionStorage.clear());

  it('keeps its key until the outcome is known', async () => {
    platformAnswers(
      new Error('gone'),
      reply(503, { code: 'unavailable' }),
      reply(409, { code: 'idempotency_in_progress' }),
      reply(201, { id: '1' }),
    );
    await expect(placeOrder(wanted(), 'u')).rejects.toBeInstanceOf(Unreachable);
    expect(currentAttempt()?.sent).toBe(true);
    await expect(placeOrder(wanted(), 'u')).rejects.toBeInstanceOf(Problem);
    await expect(placeOrder(wanted(), 'u')).rejects.toBeInstanceOf(Problem);
    await expect(placeOrder(wanted(), 'u')).resolves.toMatchObject({ id: '1' });
    expect(new Set(keys).size).toBe(1);
    expect(currentAttempt()).toBeNull();
  });

  it('ends with a refusal: the next one has a key of its own', async () => {
    platformAnswers(reply(402, { code: 'payment_declined' }), reply(201, { id: '2' }));
    await expect(placeOrder(wanted(), 'u')).rejects.toMatchObject({ code: 'payment_declined' });
    await placeOrder(wanted(), 'u');
    expect(new Set(keys).size).toBe(2);
  });

  it('is another one where the order is', async () => {
    platformAnswers(new Error('gone'), reply(201, { id: '3' }));
    await expect(placeOrder(wanted(1), 'u')).rejects.toBeInstanceOf(Unreachable);
    await placeOrder(wanted(2), 'u');
    expect(new Set(keys).size).toBe(2);
  });

  it('is another one where somebody else orders', async () => {
    platformAnswers(new Error('gone'), reply(201, { id: '4' }));
    await expect(placeOrder(wanted(), 'u')).rejects.toBeInstanceOf(Unreachable);
    await placeOrder(wanted(), 'v');
    expect(new Set(keys).size).toBe(2);
  });
});
