import { beforeEach, describe, expect, it } from 'vitest';
import { traceparent } from './trace';

const FORM = /^00-([0-9a-f]{32})-([0-9a-f]{16})-00$/;
const ids = () => FORM.exec(traceparent())?.slice(1) ?? [];

describe('a request of the browser', () => {
  beforeEach(() => window.history.pushState(null, '', '/checkout'));

  it('belongs to the trace of its page, with an id of its own', () => {
    const [trace, span] = ids();
    const [sameTrace, other] = ids();
    expect(sameTrace).toBe(trace);
    expect(other).not.toBe(span);
    window.history.pushState(null, '', '/thanks/1');
    expect(ids()[0]).not.toBe(trace);
  });
});
