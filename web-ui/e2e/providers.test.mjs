// A shop that has filled in its keys at Stripe and PayPal: what its till asks for, and with what it orders. In place of
// the providers stands a server that knows their replies; in place of Stripe.js a script that offers one field.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { URLSearchParams } from 'node:url';
import { button, fillAddress, heading, pay } from './journey.mjs';
import { apiOf, opener, signIn, startBrowser, startPlatform } from './platform.mjs';

const KEY = 'pk_test_e2e';
const STRIPE_JS = `
  window.Stripe = (key) => ({
    elements: () => ({
      create: () => {
        const handlers = {};
        const box = Object.assign(document.createElement('input'), { ariaLabel: 'Card number' });
        box.addEventListener('input', () => handlers.change?.({}));
        return {
          on: (name, handler) => (handlers[name] = handler),
          mount: (place) => { place.append(box); handlers.ready?.(); },
          destroy: () => box.remove(),
          number: () => box.value,
        };
      },
    }),
    createPaymentMethod: async ({ card }) =>
      card.number()
        ? { paymentMethod: { id: card.number(), key } }
        : { error: { message: 'Your card number is incomplete.' } },
  });`;

/** Both providers; `confirmed`: the tokens that cards were charged with. */
function startProviders() {
  const intents = new Map();
  const confirmed = [];
  let order; // at PayPal
  const show = (intent) => ({ object: 'payment_intent', ...intent });
  const stripe = (path, form) => {
    if (path === '/v1/payment_intents') {
      const intent = {
        id: `pi_${intents.size + 1}`,
        amount: Number(form.get('amount')),
        currency: form.get('currency'),
        amount_received: 0,
        status: 'requires_payment_method',
        metadata: { payment_id: form.get('metadata[payment_id]') },
      };
      intents.set(intent.id, intent);
      return [200, show(intent)];
    }
    const [, , , id, what] = path.split('/');
    const intent = intents.get(id);
    if (what === 'cancel') intent.status = 'canceled';
    if (what !== 'confirm') return [200, show(intent)];
    confirmed.push(form.get('payment_method'));
    if (form.get('payment_method') === 'pm_empty') {
      const error = {
        type: 'card_error',
        code: 'card_declined',
        decline_code: 'insufficient_funds',
      };
      intent.last_payment_error = error;
      return [402, { error: { ...error, payment_intent: show(intent) } }];
    }
    Object.assign(intent, { status: 'succeeded', amount_received: intent.amount });
    return [200, show(intent)];
  };
  const paypal = (path, body) => {
    if (path === '/v1/oauth2/token') return [200, { access_token: 'A21', expires_in: 30000 }];
    if (!body) return [200, order];
    const links = [{ rel: 'payer-action', href: `${providers.url}/approve` }];
    const { purchase_units } = JSON.parse(body);
    order = {
      id: 'ORDER-1',
      intent: 'CAPTURE',
      status: 'PAYER_ACTION_REQUIRED',
      links,
      purchase_units,
    };
    return [201, order];
  };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      const { pathname } = new URL(request.url, 'http://localhost');
      if (pathname === '/approve') return response.end('PayPal asks here');
      const isStripe = pathname.startsWith('/v1/payment_intents');
      const [status, reply] = isStripe
        ? stripe(pathname, new URLSearchParams(body))
        : paypal(pathname, body);
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(reply));
    });
  });
  const providers = { confirmed, stop: () => server.close(), url: '' };
  return new Promise((done) =>
    server.listen(0, '127.0.0.1', () => {
      providers.url = `http://127.0.0.1:${server.address().port}`;
      done(providers);
    }),
  );
}

let platform, browser, providers;
before(async () => {
  providers = await startProviders();
  platform = await startPlatform({
    PAYMENT_PROVIDERS: 'card=stripe,paypal=paypal',
    STRIPE_API_URL: providers.url,
    STRIPE_API_KEY: 'sk_test_e2e',
    STRIPE_PUBLISHABLE_KEY: KEY,
    PAYPAL_API_URL: providers.url,
    PAYPAL_CLIENT_ID: 'id',
    PAYPAL_CLIENT_SECRET: 'secret',
  });
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await platform?.stop();
  providers?.stop();
});

async function atTheTill() {
  const api = apiOf(platform.url);
  const who = await api.register();
  const { page, close } = await opener(browser)();
  await page.route('https://*.stripe.com/**', (route) =>
    route.fulfill({ contentType: 'text/javascript', body: STRIPE_JS }),
  );
  await signIn(page, platform.url, who);
  await page.goto(`${platform.url}/p/spice-box`);
  await button(page, 'Add to cart').click();
  await page.getByRole('link', { name: 'Checkout' }).click();
  await fillAddress(page);
  return { api, page, close };
}

test('a card is typed into the fields of Stripe, and the order carries its token', async () => {
  const { api, page, close } = await atTheTill();
  assert.equal(await page.getByText('demo shop: no real cards').count(), 0);
  const card = page.getByLabel('Card number');
  await card.waitFor();
  await pay(page).click();
  await page.getByText('Your card number is incomplete.').first().waitFor();
  assert.deepEqual((await api.call('GET', '/orders')).items, []);
  await card.fill('pm_empty');
  await pay(page).click();
  await page.getByText(/not enough money on it/).waitFor();
  await card.fill('pm_card');
  await pay(page).click();
  await heading(page, /Thank you/).waitFor();
  assert.deepEqual(providers.confirmed, ['pm_empty', 'pm_card']);
  const [paid] = (await api.call('GET', '/orders')).items;
  assert.equal(paid.payment.provider, 'stripe');
  await close();
});

test('who pays with PayPal is asked there', async () => {
  const { page, close } = await atTheTill();
  await page.getByLabel('PayPal').check();
  await pay(page).click();
  await page.getByText('PayPal asks here').waitFor();
  await close();
});
