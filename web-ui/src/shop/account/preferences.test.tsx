import { beforeEach, describe, expect, it, vi } from 'vitest';
import { QueryClientProvider } from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { queries } from '@/app/queries';
import { startLanguages } from '@/i18n';
import { Preferences } from './preferences';

type Items = { kind: string; channel: string; enabled: boolean; always_sent: boolean }[];

const items: Items = [
  { kind: 'refund', channel: 'email', enabled: true, always_sent: true },
  { kind: 'order_shipped', channel: 'email', enabled: true, always_sent: false },
  { kind: 'order_shipped', channel: 'sms', enabled: false, always_sent: false },
];

/** Changes are answered when the test says so. */
let answer: (status: number) => void;
const reply = (body: object, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });

async function open() {
  let kept = items;
  vi.stubGlobal('fetch', async (request: Request) => {
    if (!request.url.endsWith('/notifications/preferences')) return reply({ items: [] });
    if (request.method === 'GET') return reply({ items: kept });
    const wanted = ((await request.json()) as { items: Items }).items[0];
    const status = await new Promise<number>((done) => (answer = done));
    if (status !== 200) return reply({ code: 'unavailable', detail: 'Not now.' }, status);
    kept = kept.map((each) =>
      each.kind === wanted?.kind && each.channel === wanted.channel ? { ...each, ...wanted } : each,
    );
    return reply({ items: kept });
  });
  render(
    <QueryClientProvider client={queries}>
      <Preferences />
    </QueryClientProvider>,
  );
  return screen.findByRole<HTMLInputElement>('checkbox', { name: 'Order sent: SMS' });
}

describe('preferences', () => {
  beforeEach(async () => {
    queries.clear();
    await startLanguages();
  });

  it('show a choice at once, and keep it', async () => {
    const box = await open();
    await userEvent.click(box);
    expect(box.checked).toBe(true);
    answer(200);
    await vi.waitFor(() => expect(queries.isMutating()).toBe(0));
    expect(box.checked).toBe(true);
  });

  it('go back where the platform refuses', async () => {
    const box = await open();
    await userEvent.click(box);
    expect(box.checked).toBe(true);
    answer(503);
    await vi.waitFor(() => expect(box.checked).toBe(false));
    await screen.findByText('Not now.');
  });

  it('offer no switch for what is always sent', async () => {
    await open();
    expect(screen.getAllByRole('checkbox')).toHaveLength(2);
    expect(screen.getAllByRole('img', { name: 'always sent' })).toHaveLength(1);
  });
});
