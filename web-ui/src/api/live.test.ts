import { describe, expect, it } from 'vitest';
import { eventReader } from './live';
import type { LiveEvent } from './live';

describe('the stream of events', () => {
  it('is read whatever its pieces are', () => {
    const text =
      ': hello\n\nid: 7\nevent: order\ndata: {"order_id":"a"}\n\nid:8\ndata: one\ndata: two\r\n\r\n';
    for (const size of [1, 2, 3, 7, 1000]) {
      const seen: LiveEvent[] = [];
      const read = eventReader((event) => seen.push(event));
      for (let i = 0; i < text.length; i += size) read(text.slice(i, i + size));
      expect(seen).toEqual([
        { id: '7', type: 'order', data: '{"order_id":"a"}' },
        { id: '8', type: 'message', data: 'one\ntwo' },
      ]);
    }
  });
});
