import { describe, expect, it } from 'vitest';
import { criteriaFrom, priceBand } from './criteria';

const from = (text: string, slug?: string) => criteriaFrom(new URLSearchParams(text), slug);

describe('an address of a list', () => {
  it('says what is asked for', () => {
    expect(
      from('query=lamp&min_price=1000&max_price=2499&in_stock=true&sort=-price&category=home'),
    ).toEqual({
      query: 'lamp',
      min_price: 1000,
      max_price: 2499,
      in_stock: true,
      sort: '-price',
      category: 'home',
    });
    expect(from('category=home', 'bags').category).toBe('bags');
  });

  it('shows something whatever it says', () => {
    expect(from('min_price=cheap&max_price=-1&in_stock=yes&sort=best')).toEqual({ sort: 'newest' });
    expect(from('sort=relevance')).toEqual({ sort: 'newest' });
    expect(from('query=lamp')).toEqual({ query: 'lamp', sort: 'relevance' });
  });

  it('knows price bands', () => {
    expect(priceBand('2500-4999')).toEqual({ min: 2500, max: 4999 });
    expect(priceBand('10000-')).toEqual({ min: 10000, max: undefined });
  });
});
