import type { Criteria, Sort } from '@/api/queries';

export const SORTS: Sort[] = ['relevance', 'newest', 'price', '-price', 'name'];

const count = (text: string | null) => (text && /^\d{1,12}$/.test(text) ? Number(text) : undefined);

/** What an address asks for. What cannot be meant is left out, so that every address shows something. */
export function criteriaFrom(parameters: URLSearchParams, slug?: string): Criteria {
  const query = parameters.get('query')?.trim().slice(0, 200) || undefined;
  const wanted = SORTS.find((each) => each === parameters.get('sort'));
  // Without words there is nothing to match best.
  const sort = wanted === 'relevance' && !query ? undefined : wanted;
  const criteria: Criteria = {
    query,
    category: slug ?? parameters.get('category') ?? undefined,
    min_price: count(parameters.get('min_price')),
    max_price: count(parameters.get('max_price')),
    in_stock: parameters.get('in_stock') === 'true' || undefined,
    sort: sort ?? (query ? 'relevance' : 'newest'),
  };
  return Object.fromEntries(Object.entries(criteria).filter(([, value]) => value !== undefined));
}

/** A price facet's value, "2500-4999" or "10000-". */
export function priceBand(value: string): { min?: number; max?: number } {
  const [low, high] = value.split('-');
  return { min: count(low ?? null), max: count(high ?? null) };
}
