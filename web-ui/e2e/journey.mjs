// What the tests of the web UI share: a browser, pages that fail on faults, and the steps that journeys have in common.
import { after, before } from 'node:test';
import { opener, signIn, startBrowser, startPlatform } from './platform.mjs';

/** The platform and the browser of a test file; `url` once the tests run. */
export const shop = { url: '', browser: undefined };
let platform;

before(async () => {
  platform = await startPlatform();
  shop.url = platform.url;
  shop.browser = await startBrowser();
});
after(async () => {
  await shop.browser?.close();
  await platform?.stop();
});

export const open = (options) => opener(shop.browser)(options);

export const button = (page, name) => page.getByRole('button', { name, exact: true });
export const heading = (page, name) => page.getByRole('heading', { level: 1, name });
export const pay = (page) => page.getByRole('button', { name: /^Pay / });
export const ordersOf = async (api) => (await api.call('GET', '/orders')).items;

export async function addToCart(page, slug) {
  await page.goto(`${shop.url}/p/${slug}`);
  await button(page, 'Add to cart').click();
  await page.getByRole('dialog', { name: 'Your cart' }).waitFor();
}

export async function fillAddress(page) {
  await page.getByLabel('Street and number').fill('12 Rue des Tanneurs');
  await page.getByLabel('Postal code').fill('69001');
  await page.getByLabel('Town').fill('Lyon');
  await page.getByLabel('Country').selectOption('FR');
}

export async function toTheTill(page, slug) {
  await addToCart(page, slug);
  await page.getByRole('link', { name: 'Checkout' }).click();
  await fillAddress(page);
}

/** At the till with `slug` in the cart, signed in, the address filled in. */
export async function atTheTill(page, who, slug) {
  await signIn(page, shop.url, who);
  await toTheTill(page, slug);
}
