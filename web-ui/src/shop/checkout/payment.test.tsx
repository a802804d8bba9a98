import { beforeEach, describe, expect, it, vi } from 'vitest';
import { QueryClientProvider } from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { signedOut } from '@/api/session';
import { queries } from '@/app/queries';
import { startLanguages } from '@/i18n';
import { CardProblem } from './card-problem';
import { CARDS } from './draft';
import type { Draft } from './draft';
import { PaymentChoice, usePayment } from './payment';

/** Stripe.js with one field; each token it makes is another. */
const stripe = vi.hoisted(() => ({ tokens: 0, problem: '', change: () => {} }));
vi.mock('@stripe/stripe-js/pure', () => ({
  loadStripe: async () => ({
    elements: () => ({
      create: () => ({
        on: (name: string, handler: (event: object) => void) => {
          if (name === 'ready') handler({});
          if (name === 'change') stripe.change = () => handler({});
        },
        mount: (place: HTMLElement) => place.append('the card'),
        destroy: () => {},
      }),
    }),
    createPaymentMethod: async () =>
      stripe.problem
        ? { error: { message: stripe.problem } }
        : { paymentMethod: { id: `pm_${++stripe.tokens}` } },
  }),
}));

const STRIPE = { method: 'card', provider: 'stripe', publishable_key: 'pk_test_1' };
const SANDBOX = { method: 'card', provider: 'sandbox', publishable_key: '' };
const PAYPAL = { method: 'paypal', provider: 'paypal', publishable_key: '' };

let instrument: ReturnType<typeof usePayment>['instrument'];

function Till() {
  const [draft, setDraft] = useState<Draft>({ card: CARDS[0], full_name: 'Zoë' });
  const payment = usePayment(draft, 'USD');
  instrument = payment.instrument;
  const set = (changes: Draft) => setDraft((old) => ({ ...old, ...changes }));
  return <PaymentChoice payment={payment} draft={draft} set={set} />;
}

function open(...items: object[]) {
  vi.stubGlobal('fetch', async (request: Request) => {
    expect(new URL(request.url).search).toBe('?currency=USD');
    return new Response(JSON.stringify({ items }), {
      headers: { 'Content-Type': 'application/json' },
    });
  });
  render(
    <QueryClientProvider client={queries}>
      <Till />
    </QueryClientProvider>,
  );
}

describe('how an order is paid', () => {
  beforeEach(async () => {
    queries.clear();
    signedOut();
    sessionStorage.clear();
    Object.assign(stripe, { tokens: 0, problem: '' });
    await startLanguages();
  });

  it('by a test card where the shop has the sandbox alone', async () => {
    open(SANDBOX);
    await userEvent.click(await screen.findByLabelText(/0002/));
    expect(await instrument()).toEqual({ method: 'card', token: 'tok_declined' });
    expect(screen.queryByLabelText(/PayPal/)).toBeNull();
  });

  it('at PayPal, without any token', async () => {
    open(SANDBOX, PAYPAL);
    await userEvent.click(await screen.findByLabelText(/PayPal/));
    expect(await instrument()).toEqual({ method: 'paypal' });
    await userEvent.click(screen.getByLabelText(/4242/));
    expect(await instrument()).toEqual({ method: 'card', token: 'tok_visa' });
  });

  it("by a token of Stripe's fields: another for each order, the same for the same order", async () => {
    open(STRIPE, PAYPAL);
    await screen.findByText('the card');
    expect(screen.queryByText(/demo shop/)).toBeNull();
    await vi.waitFor(async () => expect(await instrument()).toMatchObject({ token: 'pm_1' }));
    expect(await instrument()).toEqual({ method: 'card', token: 'pm_2' });
    const open_attempt = { key: 'k', body: '{}', user: 'u', sent: true };
    sessionStorage.setItem('souk.attempt', JSON.stringify(open_attempt));
    expect(await instrument()).toEqual({ method: 'card', token: 'pm_2' });
    stripe.change(); // another card is another order
    expect(await instrument()).toEqual({ method: 'card', token: 'pm_3' });
  });

  it('not, where the card is wrong, in the words of Stripe', async () => {
    open(STRIPE);
    await screen.findByText('the card');
    stripe.problem = 'Your card number is incomplete.';
    await vi.waitFor(() =>
      expect(instrument()).rejects.toEqual(new CardProblem('Your card number is incomplete.')),
    );
  });

  it('not at all, where the shop has no key for its page', async () => {
    open({ ...STRIPE, publishable_key: '' });
    await screen.findByText(/Nothing can be paid here/);
  });
});
