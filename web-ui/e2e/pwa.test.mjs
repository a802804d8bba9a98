import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addToCart, heading, open, shop } from './journey.mjs';
import { apiOf, signIn } from './platform.mjs';

const html = async (path) => {
  const response = await fetch(shop.url + path, { headers: { Accept: 'text/html' } });
  return { status: response.status, text: await response.text() };
};

test('the first HTML of a product and of a category says what they are', async () => {
  const product = await html('/p/mint-tea-set');
  assert.equal(product.status, 200);
  assert.match(product.text, /<title>Mint Tea Set · Souk<\/title>/);
  assert.match(product.text, /<meta property="og:title" content="Mint Tea Set"/);
  assert.match(product.text, /"@type":"Product","name":"Mint Tea Set"/);
  const category = await html('/c/kitchen');
  assert.match(category.text, /<title>Kitchen · Souk<\/title>/);
  assert.match(category.text, /"@type":"CollectionPage"/);
  assert.equal((await html('/p/no-such-thing')).status, 404);
  assert.equal((await html('/c/no-such-thing')).status, 404);
  const sitemap = await (await fetch(`${shop.url}/sitemap.xml`)).text();
  assert.match(sitemap, /\/p\/mint-tea-set<\/loc>/);
  assert.match(
    await (await fetch(`${shop.url}/robots.txt`)).text(),
    /^Sitemap: http.*\/sitemap\.xml$/m,
  );

  // The policy of the page lets the data block be, and the page says that something is gone.
  const { page, close } = await open();
  await page.goto(`${shop.url}/p/mint-tea-set`);
  const data = await page.locator('script[type="application/ld+json"]').textContent();
  assert.equal(JSON.parse(data)['@graph'][0].offers.priceCurrency, 'USD');
  await page.goto(`${shop.url}/p/no-such-thing`);
  await heading(page, 'This page does not exist').waitFor();
  await close();
});

test('without a network the shop shows what was seen last, and keeps nothing private', async () => {
  const who = await apiOf(shop.url).register();
  const { page, close } = await open({ serviceWorkers: 'allow' });
  await page.goto(shop.url);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await signIn(page, shop.url, who);
  await addToCart(page, 'mint-tea-set');
  await page.goto(`${shop.url}/c/kitchen`);
  await page.getByRole('link', { name: /Mint Tea Set/ }).waitFor();
  await page.waitForLoadState('networkidle');

  await page.context().setOffline(true);
  await page.goto(`${shop.url}/c/kitchen`);
  await page.getByText('You are offline.').waitFor();
  await page.getByRole('link', { name: /Mint Tea Set/ }).click();
  await heading(page, 'Mint Tea Set').waitFor();
  const kept = await page.evaluate(async () => {
    const urls = [];
    for (const name of await caches.keys())
      for (const { url } of await (await caches.open(name)).keys())
        urls.push(new URL(url).pathname);
    return urls;
  });
  assert.ok(kept.includes('/api/v1/products/mint-tea-set'), kept.join());
  assert.deepEqual(
    kept.filter((path) => /^\/api\/v1\/(?!products|categories|images)/.test(path)),
    [],
  );
  await page.context().setOffline(false);
  await page.getByText('You are offline.').waitFor({ state: 'detached' });
  await close();
});

test('the shop can be installed', async () => {
  const { page, close } = await open();
  await page.goto(shop.url);
  const devtools = await page.context().newCDPSession(page);
  const { errors, data } = await devtools.send('Page.getAppManifest');
  assert.deepEqual(errors, []);
  const { icons, name } = JSON.parse(data);
  assert.equal(name, 'Souk');
  for (const { src } of icons) assert.equal((await fetch(shop.url + src)).status, 200, src);
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  assert.deepEqual(
    // The browser of the tests keeps nothing on disk, which is all that it has to say.
    installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito'),
    [],
  );
  await close();
});
