import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { button, heading, open, shop } from './journey.mjs';
import { ADMIN, apiOf, signIn, until } from './platform.mjs';

test('staff sends an order and refunds a part; the shopper sees both without a reload', async () => {
  const api = apiOf(shop.url);
  const who = await api.register();
  const order = await api.buy('LAMP-BRASS');
  const shopper = await open();
  await signIn(shopper.page, shop.url, who);
  await shopper.page.goto(`${shop.url}/account/orders/${order.id}`);
  const { page, close } = await open();
  await signIn(page, shop.url, ADMIN);
  await page.goto(`${shop.url}/admin/orders`);
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

test('staff makes a product with a picture, gives it stock, and a visitor finds it', async () => {
  const name = `Quince Jam ${Date.now() % 100_000}`;
  const sku = `JAM-${Date.now()}`;
  const { page, close } = await open();
  await signIn(page, shop.url, ADMIN);
  await page.goto(`${shop.url}/admin/products/new`);
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Description').fill('Cooked slowly.');
  await page.getByLabel('Kitchen').check();
  await page.getByLabel('SKU').fill(sku);
  await page.getByLabel(/^Price/).fill('7.905');
  await button(page, 'Save').click();
  await page.getByText(/This is no amount/).waitFor();
  await page.getByLabel(/^Price/).fill('7.90');
  await button(page, 'Save').click();
  await heading(page, name).waitFor();
  const pictures = page.getByLabel(/Drop pictures here/);
  await pictures.setInputFiles({
    name: 'notes.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('no picture'),
  });
  await page.getByText('notes.txt is no JPEG, PNG or WebP.').waitFor();
  await pictures.setInputFiles(new URL('../public/icons/512.png', import.meta.url).pathname);
  await page.getByText('Done.').waitFor();
  await page.getByRole('button', { name: /^Describe/ }).click();
  await page.getByLabel('What does it show?').fill('A jar of quince jam');
  await page.getByRole('dialog').getByRole('button', { name: 'Describe' }).click();
  await page.getByRole('img', { name: 'A jar of quince jam' }).waitFor();
  await page.getByRole('link', { name: `Stock: ${sku}` }).click();
  await button(page, 'Set').click();
  await page.getByLabel('Set to').fill('12');
  await page.getByRole('dialog').getByRole('button', { name: 'Set' }).click();
  await page.getByText('Done.').waitFor();
  const visitor = await open();
  await visitor.page.goto(`${shop.url}/search?query=${encodeURIComponent(name)}`);
  await visitor.page.getByRole('link', { name: new RegExp(name) }).click();
  await visitor.page.getByText('$7.90').first().waitFor();
  await visitor.page.getByText('In stock, ready to send').waitFor();
  const picture = visitor.page.getByRole('img', { name: 'A jar of quince jam' });
  await visitor.page.waitForFunction(
    (image) => image.complete && image.naturalWidth > 0 && image.currentSrc.endsWith('.webp'),
    await picture.elementHandle(),
  );
  await visitor.close();
  await close();
});

test('a CSV is looked at before it is imported; its bad lines say why', async () => {
  const { page, close } = await open();
  await signIn(page, shop.url, ADMIN);
  await page.goto(`${shop.url}/admin/products`);
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    button(page, 'Export CSV').click(),
  ]);
  const [head, ...lines] = readFileSync(await file.path(), 'utf8')
    .trim()
    .split(/\r?\n/);
  assert.ok(lines.length >= 60, `${lines.length} lines`);
  const columns = head.split(',');
  assert.ok(columns.includes('sku') && columns.includes('price'), head);

  await page.getByRole('link', { name: 'Import CSV' }).click();
  await page.getByLabel(/Drop a CSV/).setInputFiles({
    name: 'prices.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('sku,price\nSPICEBOX-9,33.50\nLAMP-BRASS,cheap\nNO-SUCH-THING,1.00\n'),
  });
  await page.getByText(/3 lines: 0 new, 1 changed, 2 with errors/).waitFor();
  await page
    .getByText(/^price: /)
    .first()
    .waitFor();
  await button(page, 'Import 1 line').click();
  await page.getByText(/1 changed, 2 left out/).waitFor();
  const visitor = await open();
  await visitor.page.goto(`${shop.url}/p/spice-box`);
  await visitor.page.getByText('$33.50').first().waitFor();
  await visitor.close();
  await close();
});

test('the overview shows a chosen period, and every list keeps its filters in the address', async () => {
  const api = apiOf(shop.url);
  await api.register();
  const order = await api.buy('PEN-BRASS');
  const { page, close } = await open();
  await signIn(page, shop.url, ADMIN);
  await page.goto(`${shop.url}/admin`);
  await page.getByText('Revenue per day').waitFor();
  await page.locator('.recharts-surface').first().waitFor();
  await button(page, 'A year').click();
  await page.getByText('Revenue per month').waitFor();
  await page.reload();
  await page.getByText('Revenue per month').waitFor();

  await page.goto(`${shop.url}/admin/orders`);
  await page.getByLabel('Number, e-mail or name').fill(order.number);
  await page.keyboard.press('Enter');
  await page.waitForURL(/query=/);
  await until('that order alone', async () => (await page.getByRole('row').count()) === 2, 15);
  await page.getByRole('link', { name: order.number }).waitFor();
  await page.goto(`${shop.url}/admin/messages/templates/order_confirmation?locale=de`);
  await page
    .getByRole('article', { name: 'Preview' })
    .getByText(/Bestellung/)
    .first()
    .waitFor();
  await page.goto(`${shop.url}/admin/dead-letters?service=payment-service`);
  await page.getByText('Nothing here').waitFor();
  await close();
});

test('staff compares the payments with the providers', async () => {
  const api = apiOf(shop.url);
  await api.register();
  await api.buy('LAMP-BRASS');
  const { page, close } = await open();
  await signIn(page, shop.url, ADMIN);
  await page.goto(`${shop.url}/admin/payments`);
  await page.getByRole('link', { name: 'Reconciliation' }).click();
  await button(page, 'Compare now').click();
  await page.getByRole('row').nth(1).getByText('Everything agrees.').waitFor();
  await close();
});
