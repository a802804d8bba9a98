import { useEffect } from 'react';
import { queries } from '@/app/queries';
import { accessToken } from './session';

/** One event of the stream (HTML, "server-sent events"). */
export type LiveEvent = { id: string; type: string; data: string };

/** Takes events off a stream of text as it comes, whatever its pieces are. */
export function eventReader(take: (event: LiveEvent) => void) {
  let rest = '';
  let event: LiveEvent = { id: '', type: 'message', data: '' };
  return (text: string) => {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (event.data) take(event);
        event = { id: event.id, type: 'message', data: '' };
        continue;
      }
      const [, field, value] = /^([^:]*)(?::\s?(.*))?$/.exec(line) ?? [];
      if (field === 'id') event.id = value ?? '';
      else if (field === 'event') event.type = value ?? '';
      else if (field === 'data') event.data += (event.data && '\n') + (value ?? '');
    }
  };
}

function changed({ type, data }: LiveEvent) {
  if (type === 'message') void queries.invalidateQueries({ queryKey: ['inbox'] });
  if (type !== 'order') return;
  const { order_id } = JSON.parse(data) as { order_id: string };
  void queries.invalidateQueries({ queryKey: ['order', order_id] });
  void queries.invalidateQueries({ queryKey: ['orders'] });
}

/** Reads until the platform or the network ends it. True: it had something to say. */
async function follow(signal: AbortSignal, last: { id: string }): Promise<boolean> {
  const token = await accessToken();
  if (!token) return false;
  const response = await fetch('/api/v1/events', {
    headers: {
      Authorization: `Bearer ${token}`,
      Accept: 'text/event-stream',
      ...(last.id && { 'Last-Event-ID': last.id }),
    },
    signal,
  });
  if (!response.ok || !response.body) return false;
  const read = eventReader((event) => {
    last.id = event.id;
    changed(event);
  });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return true;
    read(value);
  }
}

const LONGEST_PAUSE_MS = 30_000;

/**
 * Shows what happens to the own orders as it happens, as long as the page is open. EventSource cannot carry a
 * token, so the stream is read here; after a fault it goes on where it was, later each time.
 */
export function useLiveOrders() {
  useEffect(() => {
    const stop = new AbortController();
    const last = { id: '' };
    const run = async () => {
      for (let pause = 1000; !stop.signal.aborted;) {
        const well = await follow(stop.signal, last).catch(() => false);
        pause = well ? 1000 : Math.min(pause * 2, LONGEST_PAUSE_MS);
        await new Promise((done) => setTimeout(done, pause * (0.5 + Math.random() / 2)));
      }
    };
    void run();
    return () => stop.abort();
  }, []);
}
