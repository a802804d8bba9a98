import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { linkIn, startMailbox } from './mailbox.mjs';
import { apiOf, opener, signIn, startBrowser, startPlatform } from './platform.mjs';

/** The pages that the links of mails and the bank's way back lead to, through a real mail server. */

let mailbox, platform, browser, url, open;

before(async () => {
  mailbox = await startMailbox();
  platform = await startPlatform(mailbox.settings);
  url = platform.url;
  browser = await startBrowser();
  open = opener(browser);
});
after(async () => {
  await browser?.close();
  await platform?.stop();
  await mailbox?.stop();
});

const heading = (page, name) => page.getByRole('heading', { level: 1, name });
const button = (page, name) => page.getByRole('button', { name, exact: true });

test('an account in German: the address confirmed, the password forgotten, another address', async () => {
  const email = `lina-${Date.now()}@shop.test`;
  const { page, close } = await open({ locale: 'de-DE' });
  await page.goto(`${url}/register`);
  await page.getByLabel('Vor- und Nachname').fill('Lina Berger');
  await page.getByLabel('E-Mail').fill(email);
  await page.getByLabel('Passwort', { exact: true }).fill('a good password');
  await button(page, 'Konto anlegen').click();
  await page.waitForURL(/\/account$/);
  await page.getByRole('link', { name: 'Profil' }).click();
  await page.getByText(/Noch nicht bestätigt/).waitFor();

  const welcome = linkIn(await mailbox.mail(email, /Bitte bestätigen Sie/));
  assert.ok(welcome.startsWith(`${url}/account/verify-email#token=`), welcome);
  await page.goto(welcome);
  await heading(page, 'Danke, das ist bestätigt').waitFor();
  await page.getByRole('main').getByRole('link', { name: 'Ihr Konto' }).click();
  await page.getByRole('link', { name: 'Profil' }).click();
  await page.getByText('Bestätigt', { exact: true }).waitFor();
  await page.goto(welcome);
  await heading(page, 'Schon bestätigt').waitFor();

  // Elsewhere: the password is forgotten.
  const other = await open({ locale: 'de-DE' });
  await other.page.goto(`${url}/login`);
  await other.page.getByRole('link', { name: 'Passwort vergessen?' }).click();
  await button(other.page, 'Link senden').waitFor();
  await other.page.getByLabel('E-Mail').fill(email);
  await button(other.page, 'Link senden').click();
  await heading(other.page, 'Sehen Sie in Ihre Mails').waitFor();
  const reset = linkIn(await mailbox.mail(email, /neues Passwort angefordert/));
  await other.page.goto(reset);
  await other.page.getByLabel('Neues Passwort').fill('another good one');
  await button(other.page, 'Passwort setzen').click();
  await heading(other.page, 'Ihr Passwort ist geändert').waitFor();
  await mailbox.mail(email, /Passwort/);

  // The session that was open has ended, and the link is worth nothing any more.
  await page.goto(`${url}/account`);
  await page.waitForURL(/\/login/);
  await page.goto(reset);
  await page.getByLabel('Neues Passwort').fill('yet another one');
  await button(page, 'Passwort setzen').click();
  await heading(page, 'Dieser Link gilt nicht mehr').waitFor();
  await assert.rejects(apiOf(url).login({ email, password: 'a good password' }), /401/);
  await signIn(other.page, url, { email, password: 'another good one' });

  const next = `berger-${Date.now()}@shop.test`;
  await other.page.getByRole('link', { name: 'Profil' }).click();
  await button(other.page, 'E-Mail ändern').click();
  const panel = other.page.getByRole('region', { name: 'E-Mail' });
  await panel.getByLabel('Neue E-Mail').fill(next);
  await panel.getByLabel('Aktuelles Passwort').fill('another good one');
  await button(panel, 'Link dorthin senden').click();
  await other.page.getByText(/Eine Mail ist auf dem Weg/).waitFor();
  await other.page.goto(linkIn(await mailbox.mail(next, /account\/verify-email/)));
  await heading(other.page, 'Danke, das ist bestätigt').waitFor();
  await other.page.getByRole('main').getByRole('link', { name: 'Ihr Konto' }).click();
  await other.page.getByRole('link', { name: 'Profil' }).click();
  await other.page.getByText(next).waitFor();
  await mailbox.mail(email, new RegExp(next));
  await other.close();
  await close();
});

test('a bank that asks first: refused, then approved', async () => {
  const api = apiOf(url);
  const who = await api.register();
  const { page, close } = await open();
  const toTheBank = async () => {
    await page.getByLabel(/3220/).check();
    await page.getByRole('button', { name: /^Pay / }).click();
    await page.waitForURL(/\/approval$/);
  };
  await signIn(page, url, who);
  await page.goto(`${url}/p/spice-box`);
  await button(page, 'Add to cart').click();
  await page.getByRole('link', { name: 'Checkout' }).click();
  await page.getByLabel('Street and number').fill('12 Rue des Tanneurs');
  await page.getByLabel('Postal code').fill('69001');
  await page.getByLabel('Town').fill('Lyon');
  await toTheBank();
  await page.goto(`${url}/checkout/return?order=${(await api.call('GET', '/orders')).items[0].id}`);
  await heading(page, 'Your payment is not finished').waitFor();
  await page.getByRole('link', { name: 'Go on with the payment' }).click();
  await page.getByRole('button', { name: /refuse|decline/i }).click();
  await heading(page, 'The payment did not go through').waitFor();
  await page.getByRole('link', { name: 'Back to the checkout' }).click();
  await page.getByLabel('Street and number').fill('12 Rue des Tanneurs');
  await page.getByLabel('Postal code').fill('69001');
  await page.getByLabel('Town').fill('Lyon');
  await toTheBank();
  await page.getByRole('button', { name: /approve|confirm/i }).click();
  await heading(page, /Thank you/).waitFor();
  assert.equal(await page.evaluate(() => localStorage.getItem('souk.cart')), '[]');
  const orders = (await api.call('GET', '/orders')).items.map((order) => order.status);
  assert.deepEqual(orders, ['confirmed', 'payment_failed']);
  await close();
});
