// A platform of its own for the tests of the web UI: `souk up` on free ports with data in a scratch folder, and
// Debian's Chromium. Everything is gone afterwards.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';

export const root = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');
const program =
  process.env.WEB_UI_PLATFORM ?? join(root, 'build', process.env.PRESET ?? 'release', 'bin/souk');

export async function freePorts(count) {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((done) => {
          const server = createServer().listen(0, '127.0.0.1', () => done(server));
        }),
    ),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

export async function until(what, ready, seconds) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    if (await ready()) return;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error(`${what}: not within ${seconds} s`);
}

/** Starts the platform, with settings of its own or not; without, one at E2E_URL will do. */
export async function startPlatform(settings) {
  if (process.env.E2E_URL && !settings)
    return { url: process.env.E2E_URL, stop: async () => undefined };
  if (!existsSync(program)) throw new Error(`${program} is not there: make build`);
  const [port, ops, sandbox] = await freePorts(3);
  const folder = mkdtempSync(join(tmpdir(), 'souk-e2e-'));
  const child = spawn(program, ['up'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PORT: port,
      OPS_PORT: ops,
      SANDBOX_PAYMENT_PORT: sandbox,
      SOUK_DATA_DIR: join(folder, 'var'),
      SOUK_RATE_LIMITS: 'off',
      ...settings,
    },
  });
  let said = '';
  let open = false;
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      said = (said + text).slice(-20_000);
      open ||= said.includes('Souk is open');
    });
  const ended = new Promise((done) => child.on('exit', done));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await until(
      'the platform',
      () => {
        if (child.exitCode !== null) throw new Error(`souk up ended:\n${said}`);
        return open;
      },
      120,
    );
  } catch (error) {
    console.error(said);
    await stop();
    throw error;
  }
  return { url: `http://localhost:${port}`, stop };
}

export const startBrowser = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--disable-dev-shm-usage'],
  });

export const SIZES = {
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  desktop: { viewport: { width: 1360, height: 860 } },
};

/** A page that fails the test when a script throws or the policy of the page forbids something. */
export const opener = (browser) => async (options) => {
  const context = await browser.newContext({
    locale: 'en-US',
    serviceWorkers: 'block', // what it answers, a test cannot route
    ...SIZES.desktop,
    ...options,
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (line) => {
    if (/Content Security Policy|violates/.test(line.text())) faults.push(line.text());
  });
  return {
    page,
    close: async () => {
      await context.close();
      assert.deepEqual(faults, []);
    },
  };
};

export const ADMIN = { email: 'admin@souk.local', password: 'souk-demo-admin' };

/** A caller of the API that throws what is no success. */
export function apiOf(url) {
  let token = '';
  const call = async (method, path, body, headers = {}) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...(token && { Authorization: `Bearer ${token}` }),
        ...(body && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  };
  return {
    call,
    async login(who) {
      token = (await call('POST', '/auth/login', who)).access_token;
    },
    async register(name = 'Amina Haddad') {
      const who = { email: `${randomUUID().slice(0, 8)}@shop.test`, password: 'a good password' };
      token = (await call('POST', '/auth/register', { ...who, full_name: name })).access_token;
      return who;
    },
    buy: (sku, token = 'tok_visa', quantity = 1) =>
      call(
        'POST',
        '/orders',
        {
          items: [{ sku, quantity }],
          shipping_address: {
            full_name: 'Amina Haddad',
            line1: '12 Rue des Tanneurs',
            city: 'Lyon',
            postal_code: '69001',
            country: 'FR',
          },
          payment: { method: 'card', token },
        },
        { 'Idempotency-Key': randomUUID() },
      ),
  };
}

/** Until a page has what it asked for. The network is never idle where a page listens to live events. */
export async function settled(page) {
  await page.waitForFunction(
    () =>
      !document.querySelector('.loading, .skeleton, [aria-busy="true"]') &&
      document.querySelector('h1') &&
      [...document.images].every((image) => image.complete || image.loading === 'lazy'),
  );
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(200);
}

/** Two ways to deliver, the free one first, so that what an order costs stays what its goods cost. */
export async function offerDelivery(url) {
  const staff = apiOf(url);
  await staff.login(ADMIN);
  const { items = [] } = await staff.call('GET', '/shipping/methods');
  const offer = async (code, name, amount, min_days, max_days) => {
    if (items.some((each) => each.code === code)) return;
    const price = { amount, currency: 'USD' };
    await staff.call('POST', '/shipping/methods', { code, name, price, min_days, max_days });
  };
  await offer('standard', 'Standard', 0, 2, 4);
  await offer('express', 'Express', 1290, 1, 1);
}

export async function signIn(page, url, who) {
  await page.goto(`${url}/login`);
  await page.getByLabel(/E-mail|E-Mail/).fill(who.email);
  await page.getByLabel(/^(Password|Passwort)$/).fill(who.password);
  await page
    .getByRole('main')
    .getByRole('button', { name: /^(Sign in|Anmelden)$/ })
    .click();
  await page.waitForURL(/\/account$/);
}
