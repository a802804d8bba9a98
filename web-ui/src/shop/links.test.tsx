import { beforeEach, describe, expect, it, vi } from 'vitest';
import { QueryClientProvider } from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { signedIn, signedOut } from '@/api/session';
import type { User } from '@/api/session';
import { queries } from '@/app/queries';
import { changeLanguage, startLanguages } from '@/i18n';
import { cart } from './cart';
import { EmailPanel } from './email-panel';
import { CheckoutReturn } from './pages/checkout-return';
import { ForgotPassword, ResetPassword } from './pages/reset-password';
import { VerifyEmail } from './pages/verify-email';
import { goToAction } from './payment-action';

/** The pages that the links of mails, banks and payment providers lead to. */

const USER = {
  id: 'u1',
  email: 'zoe@shop.test',
  full_name: 'Zoë Smith',
  roles: [],
  email_verified: false,
} as unknown as User;

type Reply = [status: number, body?: object] | Error;
const asked: { path: string; body: unknown }[] = [];

/** Each request takes the next reply for its path; the last one stands for the rest. */
function platformAnswers(replies: Record<string, Reply[]>) {
  asked.length = 0;
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = new URL(request.url).pathname.replace('/api/v1', '');
    const text = await request.text();
    asked.push({ path, body: text ? JSON.parse(text) : undefined });
    const open = replies[path] ?? [];
    const reply = open.length > 1 ? open.shift() : open[0];
    if (!reply || reply instanceof Error) throw reply ?? new Error(`nobody expected ${path}`);
    const [status, body] = reply;
    return new Response(body ? JSON.stringify(body) : null, {
      status,
      headers: { 'Content-Type': 'application/json' },
    });
  });
}

const signIn = (user: User = USER) =>
  signedIn({ user, access_token: 'token', refresh_token: '', expires_in: 900 } as Parameters<
    typeof signedIn
  >[0]);

function open(address: string) {
  const router = createMemoryRouter(
    [
      { path: 'account/verify-email', element: <VerifyEmail /> },
      { path: 'account/reset-password', element: <ResetPassword /> },
      { path: 'account/forgot-password', element: <ForgotPassword /> },
      { path: 'account/email', element: <EmailPanel user={USER} /> },
      { path: 'checkout/return', element: <CheckoutReturn /> },
      { path: '*', element: <p>elsewhere</p> },
    ],
    { initialEntries: [address] },
  );
  render(
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  return router;
}

const title = (name: string) => screen.findByRole('heading', { level: 1, name });
const WORTHLESS: Reply = [422, { code: 'invalid_link', detail: 'This link is not good any more.' }];

beforeEach(async () => {
  queries.clear();
  queries.setDefaultOptions({ queries: { retry: false } });
  signedOut();
  await startLanguages();
});

describe('the link that confirms an address', () => {
  it('is followed once, and the account knows', async () => {
    signIn();
    platformAnswers({
      '/auth/verify-email': [[204], WORTHLESS],
      '/users/profile': [[200, { ...USER, email_verified: true }]],
    });
    open('/account/verify-email#token=abc');
    expect(screen.getByRole('status')).toBeTruthy();
    await title('Thank you, that is confirmed');
    expect(document.title).toMatch(/^Thank you/);
    expect(asked.filter(({ path }) => path === '/auth/verify-email')).toEqual([
      { path: '/auth/verify-email', body: { token: 'abc' } },
    ]);
    expect(screen.getByRole('link', { name: 'Your account' })).toBeTruthy();
  });

  it('says so where it has been used and the address is confirmed', async () => {
    signIn();
    platformAnswers({
      '/auth/verify-email': [WORTHLESS],
      '/users/profile': [[200, { ...USER, email_verified: true }]],
    });
    open('/account/verify-email#token=abc');
    await title('Already confirmed');
  });

  it('offers another where it is too old', async () => {
    signIn();
    platformAnswers({
      '/auth/verify-email': [WORTHLESS],
      '/users/profile': [[200, USER]],
      '/auth/verify-email/resend': [
        [429, { code: 'rate_limited' }],
        [202, {}],
      ],
    });
    open('/account/verify-email#token=abc');
    await title('This link is no longer good');
    const button = screen.getByRole('button', { name: 'Send a new link' });
    await userEvent.click(button);
    await screen.findByText(/Several mails are on their way/);
    await userEvent.click(button);
    await screen.findByText(/on its way to zoe@shop.test/);
    expect(screen.queryByRole('button', { name: 'Send a new link' })).toBeNull();
  });

  it('asks a guest to sign in for another, and needs a token', async () => {
    platformAnswers({});
    open('/account/verify-email');
    await title('This link is no longer good');
    const link = screen.getByRole('link', { name: 'Sign in' });
    expect(link.getAttribute('href')).toBe('/login?next=%2Faccount%2Fverify-email');
    expect(asked).toEqual([]);
  });

  it('can be tried again where the shop was not reached', async () => {
    platformAnswers({ '/auth/verify-email': [new Error('gone'), [204]] });
    open('/account/verify-email#token=abc');
    await userEvent.click(await screen.findByRole('button', { name: 'Try again' }));
    await title('Thank you, that is confirmed');
  });

  it('tells of an address that another account has taken', async () => {
    platformAnswers({ '/auth/verify-email': [[409, { code: 'email_taken' }]] });
    open('/account/verify-email#token=abc');
    await screen.findByText(/Another account has this address/);
  });
});

describe('the link for a new password', () => {
  it('sets it, and signs this browser out', async () => {
    signIn();
    platformAnswers({ '/auth/password/reset': [[204]] });
    open('/account/reset-password#token=abc');
    await title('Choose a new password');
    await userEvent.click(screen.getByRole('button', { name: 'Set password' }));
    const field = screen.getByLabelText('New password');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    screen.getByText('Please fill this in.');
    await userEvent.type(field, 'short');
    await userEvent.click(screen.getByRole('button', { name: 'Set password' }));
    screen.getByText('Use 8 characters or more.');
    expect(asked).toEqual([]);
    await userEvent.type(field, ' and longer');
    await userEvent.click(screen.getByRole('button', { name: 'Set password' }));
    await title('Your password is changed');
    expect(asked).toEqual([
      { path: '/auth/password/reset', body: { token: 'abc', password: 'short and longer' } },
    ]);
    expect(localStorage.getItem('souk.signed-in')).toBeNull();
  });

  it('shows what the platform says of the password, and keeps the link', async () => {
    const refusal = { field: 'password', code: 'too_common', message: 'is too common' };
    platformAnswers({
      '/auth/password/reset': [[422, { code: 'validation_failed', errors: [refusal] }], [204]],
    });
    open('/account/reset-password#token=abc');
    await userEvent.type(await screen.findByLabelText('New password'), 'password123');
    await userEvent.click(screen.getByRole('button', { name: 'Set password' }));
    await screen.findByText('is too common');
    await userEvent.click(screen.getByRole('button', { name: 'Set password' }));
    await title('Your password is changed');
  });

  it('that is used up leads to another', async () => {
    platformAnswers({ '/auth/password/reset': [WORTHLESS] });
    const router = open('/account/reset-password#token=abc');
    await userEvent.type(await screen.findByLabelText('New password'), 'a good password');
    await userEvent.click(screen.getByRole('button', { name: 'Set password' }));
    await title('This link is no longer good');
    await router.navigate('/account/reset-password#token=def');
    await title('Choose a new password');
    await router.navigate('/account/reset-password');
    await title('This link is no longer good');
    const link = screen.getByRole('link', { name: 'Send me a link' });
    expect(link.getAttribute('href')).toBe('/account/forgot-password');
  });

  it('is asked for, with the same answer for everybody', async () => {
    platformAnswers({
      '/auth/password/forgot': [
        [503, { detail: 'Too many people.' }],
        [202, {}],
      ],
    });
    open('/account/forgot-password');
    const field = await screen.findByLabelText('E-mail');
    await userEvent.type(field, 'zoe');
    await userEvent.click(screen.getByRole('button', { name: 'Send me a link' }));
    screen.getByText('This is no e-mail address.');
    await userEvent.type(field, '@shop.test');
    await userEvent.click(screen.getByRole('button', { name: 'Send me a link' }));
    expect((await screen.findByRole('alert')).textContent).toBe('Too many people.');
    await userEvent.click(screen.getByRole('button', { name: 'Send me a link' }));
    await title('Look into your mail');
    screen.getByText(/If there is an account for zoe@shop.test/);
  });
});

describe('another address', () => {
  it('is asked for with the password', async () => {
    platformAnswers({
      '/users/email': [
        [422, { errors: [{ field: 'email', code: 'not_allowed', message: 'Is it already.' }] }],
        [401, { code: 'invalid_credentials' }],
        [429, { code: 'rate_limited' }],
        [202, {}],
      ],
    });
    open('/account/email');
    await userEvent.click(await screen.findByRole('button', { name: 'Change e-mail' }));
    await userEvent.type(screen.getByLabelText('New e-mail'), 'new@shop.test');
    const send = screen.getByRole('button', { name: 'Send a link there' });
    await userEvent.click(send);
    screen.getByText('Please fill this in.');
    await userEvent.type(screen.getByLabelText('Current password'), 'a good password');
    for (const told of [/your address already/, /password is wrong/, /Several mails/]) {
      await userEvent.click(send);
      await screen.findByText(told);
    }
    await userEvent.click(send);
    await screen.findByText(/on its way to new@shop.test/);
    expect(asked.at(-1)?.body).toEqual({ email: 'new@shop.test', password: 'a good password' });
  });
});

describe('the way back from the payment', () => {
  const RETURN = '/orders/o1/payment/return';
  const ORDER = { id: 'o1', number: 'S-1', status: 'pending' };
  const ACTION = { next_action: { type: 'redirect', redirect_url: 'https://bank.test/ask' } };

  /** At the bank, with something in the cart. */
  function away() {
    const variant = { sku: 'A', price: { amount: 100, currency: 'EUR' } };
    cart.add({ slug: 'a', name: 'A', images: [] } as never, variant as never, 1, '');
    const gone = vi.fn();
    vi.stubGlobal('location', { ...window.location, assign: gone });
    expect(goToAction({ ...ORDER, payment: ACTION } as never)).toBe(true);
    expect(gone).toHaveBeenCalledWith('https://bank.test/ask');
    vi.unstubAllGlobals();
    signIn();
  }

  it('shows the order that is paid for, and empties the cart', async () => {
    away();
    platformAnswers({ [RETURN]: [[200, { ...ORDER, status: 'confirmed' }]] });
    const router = open('/checkout/return?order=o1&payment_intent=pi_1');
    await screen.findByText('elsewhere');
    expect(router.state.location.pathname).toBe('/thanks/o1');
    expect(cart.lines()).toEqual([]);
  });

  it('keeps the cart where it was declined, and says why', async () => {
    away();
    const declined = { code: 'payment_declined', decline_code: 'authentication_failed' };
    platformAnswers({ [RETURN]: [[402, declined]] });
    open('/checkout/return?order=o1');
    await title('The payment did not go through');
    screen.getByText(/did not confirm the payment at your bank/);
    expect(screen.getByRole('link', { name: 'Back to the checkout' })).toBeTruthy();
    expect(cart.lines()).toHaveLength(1);
  });

  it('leads on where the payment is not finished, and looks again', async () => {
    away();
    platformAnswers({
      [RETURN]: [
        [202, { ...ORDER, payment: ACTION }],
        [202, ORDER],
      ],
    });
    const router = open('/checkout/return?order=o1');
    await title('Your payment is not finished');
    const link = screen.getByRole('link', { name: 'Go on with the payment' });
    expect(link.getAttribute('href')).toBe('https://bank.test/ask');
    await userEvent.click(screen.getByRole('button', { name: /look again/ }));
    await screen.findByText('elsewhere'); // the thanks page follows what is still being checked
    expect(router.state.location.pathname).toBe('/thanks/o1');
  });

  it('does not follow an address that is no page', () => {
    const payment = { next_action: { type: 'redirect', redirect_url: 'javascript:alert(1)' } };
    expect(goToAction({ ...ORDER, payment } as never)).toBe(false);
  });

  it('can be tried again where the shop was not reached', async () => {
    signIn();
    platformAnswers({ [RETURN]: [new Error('gone'), [404, { code: 'not_found' }]] });
    open('/checkout/return?order=o1');
    await title('We could not ask about your payment');
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await title('This page does not exist');
  });

  it('asks a guest to sign in first', async () => {
    platformAnswers({});
    const router = open('/checkout/return?order=o1');
    await screen.findByText('elsewhere');
    expect(router.state.location.search).toBe('?next=%2Fcheckout%2Freturn%3Forder%3Do1');
  });
});

it('the pages speak German', async () => {
  await changeLanguage('de');
  platformAnswers({});
  open('/account/reset-password');
  await title('Dieser Link gilt nicht mehr');
  await changeLanguage('en');
});
