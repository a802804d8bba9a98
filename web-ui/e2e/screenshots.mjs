// Pictures of every page in both sizes, light, plus some in dark and in German: SCREENSHOTS (screenshots/). Those of
// the README are taken anew with README_SHOTS=../docs/screenshots.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  ADMIN,
  apiOf,
  offerDelivery,
  SIZES,
  settled,
  signIn,
  startBrowser,
  startPlatform,
} from './platform.mjs';

const folder = process.env.SCREENSHOTS ?? 'screenshots';
const only = process.argv.slice(2);
mkdirSync(folder, { recursive: true });

const { url, stop } = await startPlatform();
const browser = await startBrowser();
await offerDelivery(url);
const shopper = apiOf(url);
const who = await shopper.register();
const order = await shopper.buy('TEASET-GREEN');
await shopper.buy('LAMP-BRASS');
await shopper.call('PUT', '/cart/items/TEASET-GREEN', { quantity: 1 });
await shopper.call('PUT', '/cart/items/CUSHION-TEAL', { quantity: 2 });

const shop = {
  home: '/',
  category: '/c/kitchen',
  search: '/search?query=lamp',
  'search-filtered': '/search?min_price=2500&max_price=4999&in_stock=true&sort=price',
  'nothing-found': '/search?query=zzzzqqq',
  product: '/p/mint-tea-set',
  'product-sold-out': '/p/straw-hat?sku=HAT-L',
  login: '/login',
  register: '/register',
  'not-found': '/nowhere',
};
const mine = {
  account: '/account',
  order: `/account/orders/${order.id}`,
  checkout: '/checkout',
  thanks: `/thanks/${order.id}`,
  'account-messages': '/account/messages',
  'account-addresses': '/account/addresses',
  'account-profile': '/account/profile',
  'account-preferences': '/account/preferences',
};
const office = {
  'admin-dashboard': '/admin',
  'admin-orders': '/admin/orders',
  'admin-order': `/admin/orders/${order.id}`,
  'admin-products': '/admin/products',
  'admin-product': '/admin/products/mint-tea-set',
  'admin-import': '/admin/products/import',
  'admin-inventory': '/admin/inventory',
  'admin-stock': '/admin/inventory/TEASET-GREEN',
  'admin-customers': '/admin/customers',
  'admin-staff': '/admin/staff',
  'admin-payments': '/admin/payments',
  'admin-invoices': '/admin/payments/invoices',
  'admin-messages': '/admin/messages',
  'admin-template': '/admin/messages/templates/order_confirmation',
  'admin-dead-letters': '/admin/dead-letters',
  'admin-settings': '/admin/settings',
};

/** What the README shows, as the window shows it; README_SHOTS names their folder. */
const SHOWN = [
  'home-desktop',
  'product-desktop',
  'checkout-desktop',
  'category-german-dark-phone',
  'search-desktop',
  'order-desktop',
];

async function shoot(page, name, path) {
  if (only.length > 0 && !only.some((each) => name.includes(each))) return;
  await page.goto(url + path);
  await settled(page);
  await page.evaluate(async () => {
    for (let y = 0; y < document.body.scrollHeight; y += 700) {
      window.scrollTo(0, y);
      await new Promise((done) => setTimeout(done, 30));
    }
    window.scrollTo(0, 0);
  });
  await page.waitForTimeout(250);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  if (process.env.README_SHOTS && SHOWN.includes(name))
    await page.screenshot({
      path: join(process.env.README_SHOTS, `${name}.jpg`),
      type: 'jpeg',
      quality: 82,
    });
  console.log(name);
}

try {
  for (const [size, options] of Object.entries(SIZES)) {
    const guest = await (await browser.newContext({ ...options, locale: 'en-US' })).newPage();
    for (const [name, path] of Object.entries(shop)) await shoot(guest, `${name}-${size}`, path);
    await guest.context().close();

    const customer = await (await browser.newContext({ ...options, locale: 'en-US' })).newPage();
    await signIn(customer, url, who);
    for (const [name, path] of Object.entries(mine)) await shoot(customer, `${name}-${size}`, path);
    if (only.length === 0 || only.includes('cart')) {
      await customer.goto(url);
      await customer.getByRole('button', { name: 'Cart, 3 items' }).click();
      await customer.getByText('Teal').waitFor();
      await customer.waitForTimeout(600);
      await customer.screenshot({ path: join(folder, `cart-${size}.png`) });
    }
    await customer.context().close();

    const dark = await (
      await browser.newContext({ ...options, locale: 'de-DE', colorScheme: 'dark' })
    ).newPage();
    for (const name of ['home', 'product', 'category'])
      await shoot(dark, `${name}-german-dark-${size}`, shop[name]);
    await dark.context().close();

    const staff = await (await browser.newContext({ ...options, locale: 'en-US' })).newPage();
    await signIn(staff, url, ADMIN);
    for (const [name, path] of Object.entries(office)) await shoot(staff, `${name}-${size}`, path);
    await staff.context().close();
  }
} finally {
  await browser.close();
  await stop();
}
