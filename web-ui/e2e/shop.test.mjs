import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { ADMIN, apiOf, opener, SIZES, signIn, startBrowser, startPlatform } from './platform.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let platform, browser, url, open;

before(async () => {
  platform = await startPlatform();
  url = platform.url;
  browser = await startBrowser();
  open = opener(browser);
});
after(async () => {
  await browser?.close();
  await platform?.stop();
});

const button = (page, name) => page.getByRole('button', { name, exact: true });
const heading = (page, name) => page.getByRole('heading', { level: 1, name });

async function addToCart(page, slug) {
  await page.goto(`${url}/p/${slug}`);
  await button(page, 'Add to cart').click();
  await page.getByRole('dialog', { name: 'Your cart' }).waitFor();
}

async function fillAddress(page) {
  await page.getByLabel('Street and number').fill('12 Rue des Tanneurs');
  await page.getByLabel('Postal code').fill('69001');
  await page.getByLabel('Town').fill('Lyon');
  await page.getByLabel('Country').selectOption('FR');
}

const pay = (page) => page.getByRole('button', { name: /^Pay / });

/** At the till with `slug` in the cart, signed in, the address filled in. */
async function atTheTill(page, who, slug) {
  await signIn(page, url, who);
  await addToCart(page, slug);
  await page.getByRole('link', { name: 'Checkout' }).click();
  await fillAddress(page);
}

const ordersOf = async (api) => (await api.call('GET', '/orders')).items;

test('a visitor searches with a typo, filters, registers, buys and sees the order', async () => {
  const { page, close } = await open();
  await page.goto(url);
  await heading(page, 'Made slowly, kept for long.').waitFor();
  await page.getByRole('search').getByRole('textbox').click();
  await page.getByRole('combobox', { name: 'Search' }).pressSequentially('lantren', { delay: 40 });
  await page.getByRole('option', { name: /Glass Lantern/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/search\?query=lantren/);
  await page.getByRole('link', { name: /Glass Lantern/ }).waitFor();

  await page.goto(`${url}/search`);
  await page.getByLabel(/^Lighting/).click();
  await page.waitForURL(/category=lighting/);
  await page.getByText('7 products').waitFor();
  await page.goBack();
  await page.getByText('60 products').waitFor();

  await addToCart(page, 'brass-desk-lamp');
  await page.getByRole('link', { name: 'Checkout' }).click();
  await page.waitForURL(/\/login\?next=/);
  await page.getByRole('link', { name: /New here/ }).click();
  await button(page, 'Make account').click();
  assert.equal(await page.getByText('Please fill this in.').count(), 3);
  await page.getByLabel('Full name').fill('Lina Berger');
  await page.getByLabel('E-mail').fill(`lina-${Date.now()}@shop.test`);
  await page.getByLabel('Password', { exact: true }).fill('a good password');
  await button(page, 'Make account').click();
  await page.waitForURL(/\/checkout$/);
  await pay(page).click();
  assert.equal(await page.getByText('Please fill this in.').count(), 3);
  await fillAddress(page);
  await pay(page).click();
  await heading(page, /Thank you, Lina/).waitFor();
  assert.equal(await page.evaluate(() => localStorage.getItem('souk.cart')), '[]');

  await page.getByRole('link', { name: 'Follow your order' }).click();
  await heading(page, /^Order /).waitFor();
  await page.getByText('Confirmed', { exact: true }).waitFor();
  await page.reload(); // the session comes back by its cookie alone
  await page.getByText('Brass Desk Lamp').waitFor();
  await button(page, 'Cancel order').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel order' }).click();
  await page.getByText('Cancelled', { exact: true }).waitFor();
  await close();
});

test('a declined card says so, charges nothing, and another one buys', async () => {
  const api = apiOf(url);
  const who = await api.register();
  const { page, close } = await open();
  await atTheTill(page, who, 'wall-clock');
  await page.getByLabel(/0002/).check();
  await pay(page).click();
  await page.getByText(/Your bank declined the card/).waitFor();
  assert.deepEqual(
    (await ordersOf(api)).map((order) => order.status),
    ['payment_failed'],
  );
  await page.getByLabel(/4242/).check();
  await pay(page).click();
  await heading(page, /Thank you/).waitFor();
  assert.equal((await ordersOf(api)).filter((order) => order.status === 'confirmed').length, 1);
  await close();
});

test('what sells out at the last step is marked and can be taken out', async () => {
  const staff = apiOf(url);
  await staff.login(ADMIN);
  const who = await apiOf(url).register();
  const { page, close } = await open();
  await signIn(page, url, who);
  await addToCart(page, 'brass-pen');
  await atTheTillAgain(page, 'bird-feeder');
  const { on_hand } = await staff.call('GET', '/inventory/FEEDER-1');
  await staff.call('PUT', '/inventory/FEEDER-1', { on_hand: 0 });
  await pay(page).click();
  await page.getByText(/have just sold out/).waitFor();
  await page.getByText('Not enough in stock').waitFor();
  await button(page, 'Take them out').click();
  await pay(page).click();
  await heading(page, /Thank you/).waitFor();
  await staff.call('PUT', '/inventory/FEEDER-1', { on_hand });
  await close();
});

async function atTheTillAgain(page, slug) {
  await addToCart(page, slug);
  await page.getByRole('link', { name: 'Checkout' }).click();
  await fillAddress(page);
}

test('a double click is one order', async () => {
  const api = apiOf(url);
  const who = await api.register();
  const { page, close } = await open();
  await atTheTill(page, who, 'letter-set');
  await pay(page).evaluate((element) => {
    element.click();
    element.click();
  });
  await heading(page, /Thank you/).waitFor();
  assert.equal((await ordersOf(api)).length, 1);
  await close();
});

test('a reload while the order is on its way finds that order', async () => {
  const api = apiOf(url);
  const who = await api.register();
  const { page, close } = await open();
  await atTheTill(page, who, 'garden-gloves');
  // The platform gets the order; its answer never arrives.
  let lost = 0;
  await page.route('**/api/v1/orders', async (route) => {
    if (route.request().method() !== 'POST' || lost > 0) return route.continue();
    lost += 1;
    await route.fetch();
    await route.abort('connectionreset');
  });
  await pay(page).click();
  await page.getByText(/We could not reach the shop/).waitFor();
  assert.equal((await ordersOf(api)).length, 1);
  await page.reload();
  await heading(page, /Thank you/).waitFor();
  assert.equal((await ordersOf(api)).length, 1);
  await close();
});

test('a session that ended in the middle of the checkout leads back to it', async () => {
  const api = apiOf(url);
  const who = await api.register();
  const { page, close } = await open();
  await atTheTill(page, who, 'hand-trowel');
  await page.context().clearCookies();
  await page.reload();
  await page.waitForURL(/\/login\?next=%2Fcheckout/);
  await page.getByLabel('E-mail').fill(who.email);
  await page.getByLabel('Password', { exact: true }).fill(who.password);
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(/\/checkout$/);
  assert.equal(await page.getByLabel('Street and number').inputValue(), '12 Rue des Tanneurs');
  await pay(page).click();
  await heading(page, /Thank you/).waitFor();
  await close();
});

test('staff sends an order and refunds a part; the shopper sees both without a reload', async () => {
  const api = apiOf(url);
  const who = await api.register();
  const order = await api.buy('LAMP-BRASS');
  const shopper = await open();
  await signIn(shopper.page, url, who);
  await shopper.page.goto(`${url}/account/orders/${order.id}`);
  const { page, close } = await open();
  await signIn(page, url, ADMIN);
  await page.goto(`${url}/admin/orders`);
  await page.getByRole('link', { name: order.number }).click();
  await button(page, 'Mark as sent').click();
  await page.getByLabel(/Tracking number/).fill('TRACK-42');
  await page.getByRole('dialog').getByRole('button', { name: 'Mark as sent' }).click();
  await page.getByText('Done.').waitFor();
  await shopper.page.getByText('TRACK-42').waitFor();
  await button(page, 'Refund').click();
  await page.getByLabel(/^Amount/).fill('9.50');
  await page.getByLabel('Reason').fill('a scratch');
  await page.getByRole('dialog').getByRole('button', { name: 'Refund' }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await shopper.page.getByText('−$9.50').waitFor();
  assert.equal((await api.call('GET', `/orders/${order.id}`)).refunded_total.amount, 950);
  await shopper.close();
  await close();
});

test('staff makes a product, gives it stock, and a visitor finds it', async () => {
  const name = `Quince Jam ${Date.now() % 100_000}`;
  const sku = `JAM-${Date.now()}`;
  const { page, close } = await open();
  await signIn(page, url, ADMIN);
  await page.goto(`${url}/admin/products/new`);
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Description').fill('Cooked slowly.');
  await page.getByLabel('Picture (address)').fill('/demo/spice-box.svg');
  await page.getByLabel('Kitchen').check();
  await page.getByLabel('SKU').fill(sku);
  await page.getByLabel(/^Price/).fill('7.905');
  await button(page, 'Save').click();
  await page.getByText(/This is no amount/).waitFor();
  await page.getByLabel(/^Price/).fill('7.90');
  await button(page, 'Save').click();
  await heading(page, name).waitFor();
  await page.getByRole('link', { name: `Stock: ${sku}` }).click();
  await button(page, 'Set').click();
  await page.getByLabel('Set to').fill('12');
  await page.getByRole('dialog').getByRole('button', { name: 'Set' }).click();
  await page.getByText('Done.').waitFor();
  const visitor = await open();
  await visitor.page.goto(`${url}/search?query=${encodeURIComponent(name)}`);
  await visitor.page.getByRole('link', { name: new RegExp(name) }).click();
  await visitor.page.getByText('$7.90').first().waitFor();
  await visitor.page.getByText('In stock, ready to send').waitFor();
  await visitor.close();
  await close();
});

test('the keyboard alone is enough to buy', async () => {
  const who = await apiOf(url).register();
  const { page, close } = await open();
  await signIn(page, url, who);
  await page.goto(`${url}/p/spice-box`);
  const press = async (locator) => {
    await locator.focus();
    await page.keyboard.press('Enter');
  };
  await press(button(page, 'Add to cart'));
  await page.getByRole('dialog', { name: 'Your cart' }).waitFor();
  await press(page.getByRole('link', { name: 'Checkout' }));
  await page.getByLabel('Street and number').focus();
  for (const text of ['1 Souk', '', '1010', 'Wien']) {
    if (text) await page.keyboard.type(text);
    await page.keyboard.press('Tab');
  }
  await press(page.getByLabel('Street and number')); // Enter in a field sends the form
  await heading(page, /Thank you/).waitFor();
  await close();
});

test('the shop speaks German, with German prices', async () => {
  const { page, close } = await open({ locale: 'de-DE', ...SIZES.phone });
  await page.goto(`${url}/p/brass-desk-lamp`);
  await page.getByText('89,00 $').waitFor();
  await page.getByRole('button', { name: 'In den Warenkorb' }).click();
  await page.getByRole('dialog', { name: 'Ihr Warenkorb' }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'de');
  await close();
});

test('axe finds nothing on any page, in both sizes and colours', async () => {
  const api = apiOf(url);
  const who = await api.register();
  const order = await api.buy('TEASET-BLUE');
  const found = [];
  const look = async (page, path) => {
    await page.goto(url + path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle');
    const { violations } = await page.evaluate(`${axe}; axe.run()`);
    for (const { id, nodes } of violations)
      found.push(`${path}: ${id}: ${nodes[0].html.slice(0, 160)}`);
  };
  const everyone = [
    '/',
    '/c/kitchen',
    '/search?query=lamp',
    '/search?query=zzzzqqq',
    '/p/mint-tea-set',
    '/p/straw-hat?sku=HAT-L',
    '/login',
    '/register',
    '/account/forgot-password',
    '/account/reset-password#token=made-up',
    '/account/verify-email#token=made-up',
    '/nowhere',
  ];
  const mine = ['/account', '/checkout', `/account/orders/${order.id}`, `/thanks/${order.id}`];
  const office = [
    '',
    '/orders',
    `/orders/${order.id}`,
    '/products',
    '/products/mint-tea-set',
    '/products/new',
    '/inventory?sku=TEASET-BLUE',
    '/customers',
    '/payments',
    '/messages',
  ].map((path) => `/admin${path}`);
  for (const options of [{ ...SIZES.desktop }, { ...SIZES.phone, colorScheme: 'dark' }]) {
    const guest = await open(options);
    await guest.page.goto(url);
    for (const path of everyone) await look(guest.page, path);
    await signIn(guest.page, url, who);
    await addToCart(guest.page, 'dinner-plate');
    for (const path of mine) await look(guest.page, path);
    await guest.close();
    const staff = await open(options);
    await signIn(staff.page, url, ADMIN);
    for (const path of office) await look(staff.page, path);
    await staff.close();
  }
  assert.deepEqual(found, []);
});
