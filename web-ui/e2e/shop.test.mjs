import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  addToCart,
  atTheTill,
  button,
  fillAddress,
  heading,
  open,
  ordersOf,
  pay,
  shop,
  toTheTill,
} from './journey.mjs';
import { ADMIN, apiOf, offerDelivery, SIZES, signIn, until } from './platform.mjs';

test('a visitor searches with a typo, filters, registers, buys and sees the order', async () => {
  const { page, close } = await open();
  await page.goto(shop.url);
  await heading(page, 'Made slowly, kept for long.').waitFor();
  await page.getByRole('search').getByRole('textbox').click();
  await page.getByRole('combobox', { name: 'Search' }).pressSequentially('lantren', { delay: 40 });
  await page.getByRole('option', { name: /Glass Lantern/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/search\?query=lantren/);
  await page.getByRole('link', { name: /Glass Lantern/ }).waitFor();

  await page.goto(`${shop.url}/search`);
  await page.getByLabel(/^Lighting/).click();
  await page.waitForURL(/category=lighting/);
  await page.getByText('7 products').waitFor();
  await page.goBack();
  await page.getByText(/^6\d products$/).waitFor();

  await addToCart(page, 'brass-desk-lamp');
  await page.getByRole('link', { name: 'Checkout' }).click();
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click();
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

test('a guest buys, follows the order and gets the invoice', async () => {
  const { page, close } = await open(SIZES.phone);
  await toTheTill(page, 'mint-tea-set');
  await page.getByLabel('Full name').fill('Noor Haddad');
  await pay(page).click();
  await page.getByText('Please fill this in.').waitFor();
  await page.getByLabel('E-mail').fill(`noor-${Date.now()}@shop.test`);
  await pay(page).click();
  await heading(page, /Thank you, Noor/).waitFor();
  await page.getByRole('link', { name: 'Follow your order' }).click();
  await page.getByText('Confirmed', { exact: true }).waitFor();
  await page.reload(); // the guest's session comes back by its cookie alone
  await page.getByText('Mint Tea Set').waitFor();
  const [invoice] = await Promise.all([
    page.waitForEvent('download'),
    button(page, 'Invoice (PDF)').click(),
  ]);
  assert.match(invoice.suggestedFilename(), /^.+\.pdf$/);
  assert.equal(
    readFileSync(await invoice.path())
      .subarray(0, 5)
      .toString(),
    '%PDF-',
  );
  await close();
});

test('delivery is chosen and paid for', async () => {
  await offerDelivery(shop.url);
  const who = await apiOf(shop.url).register();
  const api = apiOf(shop.url);
  await api.login(who);
  const { page, close } = await open();
  await atTheTill(page, who, 'spice-box');
  const { items } = await api.call('GET', '/shipping/rates?country=FR&subtotal=3200');
  const dearest = items.at(-1);
  await page.getByLabel(new RegExp(dearest.name)).check();
  await page.getByLabel(/Keep this address/).check();
  await pay(page).click();
  await heading(page, /Thank you/).waitFor();
  const [order] = await ordersOf(api);
  assert.equal(order.shipping.code, dearest.code);
  assert.equal(order.shipping_total.amount ?? 0, dearest.price.amount ?? 0);

  // The next time the address is there.
  await addToCart(page, 'spice-box');
  await page.getByRole('link', { name: 'Checkout' }).click();
  await page.getByLabel('Saved address').waitFor();
  assert.equal(await page.getByLabel('Street and number').inputValue(), '12 Rue des Tanneurs');
  await page.goto(`${shop.url}/account/addresses`);
  await page.getByText('12 Rue des Tanneurs').waitFor();
  await button(page, 'Add an address').click();
  await page.getByLabel(/^Name of the address/).fill('Workshop');
  await page.getByLabel('Full name').fill('Amina Haddad');
  await fillAddress(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await button(page, 'Make default: Workshop').click();
  await page.getByRole('listitem').filter({ hasText: 'Workshop' }).getByText('Default').waitFor();
  await close();
});

test('a cart goes with its account', async () => {
  const who = await apiOf(shop.url).register();
  const first = await open();
  await addToCart(first.page, 'brass-pen');
  await signIn(first.page, shop.url, who); // what a guest had is merged
  await addToCart(first.page, 'letter-set');
  const api = apiOf(shop.url);
  await api.login(who);
  const inCart = async () =>
    ((await api.call('GET', '/cart')).items ?? []).map(({ sku }) => sku).sort();
  await until('both are in the cart', async () => (await inCart()).length === 2, 10);

  const second = await open(SIZES.phone);
  await signIn(second.page, shop.url, who);
  await second.page.getByRole('button', { name: 'Cart, 2 items' }).click();
  await second.page.getByRole('button', { name: /Remove .*Pen/ }).click();
  await until('one is left', async () => (await inCart()).length === 1, 10);
  await first.page.goto(shop.url);
  await first.page.getByRole('button', { name: 'Cart, 1 item', exact: true }).waitFor();
  await second.close();
  await first.close();
});

test('a declined card says so, charges nothing, and another one buys', async () => {
  const api = apiOf(shop.url);
  const who = await api.register();
  const { page, close } = await open();
  await atTheTill(page, who, 'wall-clock');
  await page.getByLabel(/0002/).check();
  await pay(page).click();
  await page.getByText(/Your bank declined the payment/).waitFor();
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
  const staff = apiOf(shop.url);
  await staff.login(ADMIN);
  const who = await apiOf(shop.url).register();
  const { page, close } = await open();
  await signIn(page, shop.url, who);
  await addToCart(page, 'brass-pen');
  await toTheTill(page, 'bird-feeder');
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

test('what is wanted to be heard is chosen, and stays chosen', async () => {
  const who = await apiOf(shop.url).register();
  const { page, close } = await open();
  await signIn(page, shop.url, who);
  await page.getByRole('link', { name: 'Preferences' }).click();
  const box = page.getByRole('checkbox', { name: 'Order sent: E-mail' });
  await box.click();
  await page.getByText('Saved.').waitFor();
  await page.reload();
  assert.equal(await box.isChecked(), false);
  await page.getByRole('heading', { name: 'Push messages on this device' }).waitFor();
  await close();
});

test('a double click is one order', async () => {
  const api = apiOf(shop.url);
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
  const api = apiOf(shop.url);
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
  const api = apiOf(shop.url);
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

test('the keyboard alone is enough to buy', async () => {
  const who = await apiOf(shop.url).register();
  const { page, close } = await open();
  await signIn(page, shop.url, who);
  await page.goto(`${shop.url}/p/spice-box`);
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
  await page.goto(`${shop.url}/p/brass-desk-lamp`);
  await page.getByText('89,00 $').waitFor();
  await page.getByRole('button', { name: 'In den Warenkorb' }).click();
  await page.getByRole('dialog', { name: 'Ihr Warenkorb' }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'de');
  await close();
});

test('an account sees where it is signed in, and signs the others out', async () => {
  const elsewhere = apiOf(shop.url);
  const who = await elsewhere.register();
  const { page, close } = await open();
  await signIn(page, shop.url, who);
  await page.getByRole('link', { name: 'Sign-ins' }).click();
  await page.getByText('This device').waitFor();
  await elsewhere.login(who);
  await page.reload();
  await button(page, 'Sign out App').first().click();
  await page.getByText('App is signed out.').waitFor();
  await button(page, 'Sign out everywhere else').click();
  await page.getByText('You are signed in nowhere else.').waitFor();
  const isOut = () =>
    elsewhere.call('GET', '/users/profile').then(
      () => false,
      (error) => /: 401 /.test(error.message),
    );
  await until('the other session', isOut, 10);
  await page.reload(); // and this one goes on
  await page.getByText('This device').waitFor();
  await close();
});
