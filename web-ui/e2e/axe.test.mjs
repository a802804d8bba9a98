import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { addToCart, open, shop } from './journey.mjs';
import { ADMIN, apiOf, SIZES, settled, signIn } from './platform.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Pixels that can be scrolled to and show nothing: what is hidden must not make a page longer. */
const nothingBelow = () =>
  document.documentElement.scrollHeight -
  Math.max(
    window.innerHeight,
    document.querySelector('#root').getBoundingClientRect().bottom + window.scrollY,
  );

test('axe finds nothing on any page, in both sizes and colours', async () => {
  const api = apiOf(shop.url);
  const who = await api.register();
  const order = await api.buy('TEASET-BLUE');
  const found = [];
  const look = async (page, path) => {
    await page.goto(shop.url + path);
    await settled(page);
    const { violations } = await page.evaluate(`${axe}; axe.run()`);
    for (const { id, nodes } of violations)
      found.push(`${path}: ${id}: ${nodes[0].html.slice(0, 160)}`);
    const blank = await page.evaluate(nothingBelow);
    if (blank > 1) found.push(`${path}: ${blank} px of nothing below`);
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
  const mine = [
    '/account',
    '/account/messages',
    '/account/addresses',
    '/account/profile',
    '/account/sessions',
    '/account/preferences',
    '/checkout',
    `/account/orders/${order.id}`,
    `/thanks/${order.id}`,
  ];
  const office = [
    '',
    '/orders',
    `/orders/${order.id}`,
    '/products',
    '/products/mint-tea-set',
    '/products/new',
    '/products/import',
    '/inventory',
    '/inventory/TEASET-BLUE',
    '/customers',
    '/staff',
    '/payments',
    '/payments/invoices',
    '/payments/reconciliation',
    '/messages',
    '/messages/templates/order_confirmation',
    '/messages/bounces',
    '/dead-letters',
    '/settings',
  ].map((path) => `/admin${path}`);
  for (const options of [{ ...SIZES.desktop }, { ...SIZES.phone, colorScheme: 'dark' }]) {
    const guest = await open(options);
    await guest.page.goto(shop.url);
    for (const path of everyone) await look(guest.page, path);
    await signIn(guest.page, shop.url, who);
    await addToCart(guest.page, 'dinner-plate');
    for (const path of mine) await look(guest.page, path);
    await guest.close();
    const staff = await open(options);
    await signIn(staff.page, shop.url, ADMIN);
    for (const path of office) await look(staff.page, path);
    await staff.close();
  }
  assert.deepEqual(found, []);
});
