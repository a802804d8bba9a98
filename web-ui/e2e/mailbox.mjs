// A mail server of its own for a test: the one that the platform's tests use (npm's smtp-server).
import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, root, until } from './platform.mjs';

const decoded = (raw, type) => {
  const start = raw.indexOf(`Content-Type: ${type};`);
  const body = raw.slice(raw.indexOf('\r\n\r\n', start) + 4);
  return Buffer.from(body.slice(0, body.indexOf('\r\n--')), 'base64').toString('utf8');
};

export async function startMailbox() {
  const [port] = await freePorts(1);
  const folder = mkdtempSync(join(tmpdir(), 'souk-mailbox-'));
  const config = { port, secure: false, starttls: false, user: '', password: '' };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  const script = join(root, 'tests/support/smtp_server.mjs');
  const child = spawn(process.execPath, [script, folder, join(root, 'tools')], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = new Promise((done) => child.on('exit', done));
  await until('the mail server', () => existsSync(join(folder, 'ready')), 30);

  /** The texts of the mails to an address, oldest first. */
  const texts = (to) =>
    readdirSync(folder)
      .filter((name) => /^\d+\.json$/.test(name))
      .sort()
      .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
      .filter((mail) => mail.to === to)
      .map((mail) => decoded(mail.raw, 'text/plain'));
  return {
    settings: {
      SMTP_URL: `smtp://127.0.0.1:${port}`,
      SMTP_TLS: 'off',
      MAIL_FROM: 'shop@shop.test',
    },
    /** The mail to an address that says `words`, as soon as it has come. */
    async mail(to, words) {
      let found;
      await until(
        `a mail to ${to}`,
        () => (found = texts(to).find((text) => words.test(text))) !== undefined,
        30,
      );
      return found;
    },
    async stop() {
      child.stdin.end();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The address that stands in a mail's text. */
export const linkIn = (text) => /^https?:\/\/\S+$/m.exec(text)[0];
