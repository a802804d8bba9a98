import { describe, expect, it } from 'vitest';
import { periodFrom } from './period';

const of = (parameters: Record<string, string>) =>
  periodFrom((name) => parameters[name], '2026-03-31');

describe('the period of the charts', () => {
  it('is the last thirty days unless the address says otherwise', () => {
    expect(of({})).toEqual({ from: '2026-03-02', to: '2026-03-31', interval: 'day' });
    expect(of({ from: '2025-04-01' })).toEqual({
      from: '2025-04-01',
      to: '2026-03-31',
      interval: 'month',
    });
    expect(of({ from: '2026-01-01' }).interval).toBe('week');
  });

  it('is none that cannot be meant', () => {
    expect(of({ from: '2026-13-45', to: 'yesterday' }).from).toBe('2026-03-02');
    expect(of({ from: '2026-03-20', to: '2026-03-10' })).toMatchObject({
      from: '2026-02-09',
      to: '2026-03-10',
    });
  });
});
