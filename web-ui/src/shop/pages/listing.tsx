import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useParams, useSearchParams } from 'react-router';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { SlidersHorizontal, X } from 'lucide-react';
import { categories, listing } from '@/api/queries';
import type { Schemas } from '@/api/client';
import { useI18n } from '@/i18n';
import { formatMoney } from '@/ui/money';
import { Empty, Failed } from '@/ui/state';
import { useTitle } from '@/ui/title';
import { criteriaFrom, priceBand, SORTS } from '../criteria';
import { CardSkeletons, ProductCard } from '../product-card';

const FilterDrawer = lazy(async () => ({
  default: (await import('../filter-drawer')).FilterDrawer,
}));

type Change = (changes: Record<string, string | undefined>) => void;
type Facet = Schemas['Facet'];

function useBandLabel(currency: string) {
  const { t, locale } = useI18n();
  return (min?: number, max?: number) => {
    const text = (amount: number) =>
      formatMoney({ amount, currency }, locale).replace(/[.,]00(?=\D*$)/, '');
    if (min === undefined) return t('list.upTo', { price: text(max ?? 0) });
    if (max === undefined) return t('list.from', { price: text(min) });
    return t('list.range', { low: text(min), high: text(max) });
  };
}

function Filters({
  facets,
  parameters,
  change,
  slug,
  currency,
}: {
  facets: Facet[];
  parameters: URLSearchParams;
  change: Change;
  slug?: string;
  currency: string;
}) {
  const { t } = useI18n();
  const bandLabel = useBandLabel(currency);
  const values = (name: string) => facets.find((facet) => facet.name === name)?.values ?? [];
  const chosen = parameters.get('category');
  const low = parameters.get('min_price') ?? undefined;
  const high = parameters.get('max_price') ?? undefined;
  return (
    <>
      {!slug && values('category').length > 0 && (
        <fieldset>
          <legend>{t('list.category')}</legend>
          {values('category').map((value) => (
            <label className="option" key={value.value}>
              <input
                type="checkbox"
                checked={chosen === value.value}
                onChange={() =>
                  change({ category: chosen === value.value ? undefined : value.value })
                }
              />
              <span>{value.label}</span>
              <span className="quiet">{value.count}</span>
            </label>
          ))}
        </fieldset>
      )}
      {values('price').length > 0 && (
        <fieldset>
          <legend>{t('list.price')}</legend>
          {values('price').map((value) => {
            const { min, max } = priceBand(value.value);
            const on = low === min?.toString() && high === max?.toString();
            return (
              <label className="option" key={value.value}>
                <input
                  type="checkbox"
                  checked={on}
                  onChange={() =>
                    change({
                      min_price: on ? undefined : min?.toString(),
                      max_price: on ? undefined : max?.toString(),
                    })
                  }
                />
                <span>{bandLabel(min, max)}</span>
                <span className="quiet">{value.count}</span>
              </label>
            );
          })}
        </fieldset>
      )}
      <fieldset>
        <legend className="hidden">{t('list.inStock')}</legend>
        <label className="option">
          <input
            type="checkbox"
            checked={parameters.get('in_stock') === 'true'}
            onChange={(event) => change({ in_stock: event.target.checked ? 'true' : undefined })}
          />
          <span>{t('list.inStock')}</span>
        </label>
      </fieldset>
    </>
  );
}

/** Asks for the next page shortly before its place is seen; the button is for whom that does not happen. */
function More({ load, busy }: { load: () => void; busy: boolean }) {
  const { t } = useI18n();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!place.current || busy) return;
    const watcher = new IntersectionObserver(([seen]) => seen?.isIntersecting && load(), {
      rootMargin: '400px',
    });
    watcher.observe(place.current);
    return () => watcher.disconnect();
  }, [load, busy]);
  return (
    <div ref={place} className="more">
      <button type="button" className="button" onClick={load} disabled={busy}>
        {t('list.more')}
      </button>
    </div>
  );
}

function Chips({
  parameters,
  change,
  label,
}: {
  parameters: URLSearchParams;
  change: Change;
  label: (slug: string) => string;
}) {
  const { t } = useI18n();
  const bandLabel = useBandLabel('USD');
  const number = (name: string) => {
    const text = parameters.get(name);
    return text ? Number(text) : undefined;
  };
  const low = number('min_price');
  const high = number('max_price');
  const chips: [string, Record<string, undefined>][] = [];
  const category = parameters.get('category');
  if (category) chips.push([label(category), { category: undefined }]);
  if (low !== undefined || high !== undefined)
    chips.push([bandLabel(low, high), { min_price: undefined, max_price: undefined }]);
  if (parameters.get('in_stock')) chips.push([t('list.inStock'), { in_stock: undefined }]);
  if (chips.length === 0) return null;
  return (
    <div className="chips">
      {chips.map(([name, without]) => (
        <button
          type="button"
          className="chip"
          key={name}
          onClick={() => change(without)}
          aria-label={t('list.remove', { name })}
        >
          {name} <X aria-hidden size={14} />
        </button>
      ))}
      {chips.length > 1 && (
        <button
          type="button"
          className="link"
          onClick={() => change(Object.assign({}, ...chips.map(([, without]) => without)))}
        >
          {t('list.clear')}
        </button>
      )}
    </div>
  );
}

export function Listing() {
  const { t } = useI18n();
  const { slug } = useParams();
  const [parameters, setParameters] = useSearchParams();
  const [filtersOpen, setFiltersOpen] = useState(false);
  const [filtersWanted, setFiltersWanted] = useState(false);
  const criteria = criteriaFrom(parameters, slug);
  const found = useInfiniteQuery(listing(criteria));
  const { data: tree } = useQuery(categories);
  const label = (wanted: string) =>
    (tree ?? [])
      .flatMap((top) => [top, ...(top.children ?? [])])
      .find((category) => category.slug === wanted)?.name ?? wanted;

  const products = found.data?.pages.flatMap((page) => page.items ?? []) ?? [];
  const facets = found.data?.pages[0]?.facets ?? [];
  const currency = products[0]?.price?.currency ?? 'USD';
  const count = facets
    .find((facet) => facet.name === 'availability')
    ?.values.reduce((sum, value) => sum + value.count, 0);
  const title = criteria.query
    ? t('list.results', { query: criteria.query })
    : slug
      ? label(slug)
      : t('list.all');
  useTitle(title);

  const change: Change = (changes) =>
    setParameters(
      (old) => {
        const next = new URLSearchParams(old);
        for (const [name, value] of Object.entries(changes)) {
          if (value) next.set(name, value);
          else next.delete(name);
        }
        return next;
      },
      { preventScrollReset: true },
    );
  const filters = <Filters {...{ facets, parameters, change, currency }} {...(slug && { slug })} />;

  return (
    <div className="wrap page listing">
      <div className="listing-head">
        <div>
          <h1>{title}</h1>
          <p className="quiet" role="status">
            {found.isPending
              ? t('list.loading')
              : t('list.count', { count: Math.max(count ?? 0, products.length) })}
          </p>
        </div>
        <div className="row">
          <button
            type="button"
            className="button small narrow-only"
            onClick={() => {
              setFiltersWanted(true);
              setFiltersOpen(true);
            }}
          >
            <SlidersHorizontal aria-hidden size={16} /> {t('list.filters')}
          </button>
          <label className="sort">
            <span>{t('list.sort')}</span>
            <select
              value={criteria.sort}
              onChange={(event) => change({ sort: event.target.value })}
            >
              {SORTS.filter((sort) => sort !== 'relevance' || criteria.query).map((sort) => (
                <option key={sort} value={sort}>
                  {t(`list.sorts.${sort}`)}
                </option>
              ))}
            </select>
          </label>
        </div>
      </div>
      <Chips parameters={parameters} change={change} label={label} />
      <div className="listing-body">
        <aside className="filters wide-only-block" aria-label={t('list.filters')}>
          {filters}
        </aside>
        <div>
          {found.error && <Failed error={found.error} retry={() => void found.refetch()} />}
          {!found.isPending && !found.error && products.length === 0 && (
            <Empty title={t('list.none')} text={t('list.noneText')} />
          )}
          <h2 className="hidden">{title}</h2>
          <div className="grid three" aria-busy={found.isFetching}>
            {found.isPending && <CardSkeletons count={9} />}
            {products.map((product, i) => (
              <ProductCard key={product.id} product={product} eager={i < 6} />
            ))}
            {found.isFetchingNextPage && <CardSkeletons count={3} />}
          </div>
          {found.hasNextPage && (
            <More load={() => void found.fetchNextPage()} busy={found.isFetchingNextPage} />
          )}
        </div>
      </div>
      {filtersWanted && (
        <Suspense>
          <FilterDrawer open={filtersOpen} close={() => setFiltersOpen(false)}>
            {filters}
          </FilterDrawer>
        </Suspense>
      )}
    </div>
  );
}
