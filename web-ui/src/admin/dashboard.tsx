import { lazy, Suspense } from 'react';
import { Link } from 'react-router';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, take } from '@/api/client';
import type { Schemas } from '@/api/client';
import { Failed, Loading } from '@/ui/state';
import { Heading, useFilters, useOffice, Word } from './parts';
import { dayOf, daysBefore, periodFrom } from './period';
import type { Period } from './period';

// The chart library is as large as the rest of the back office.
const SalesChart = lazy(async () => ({ default: (await import('./charts')).SalesChart }));

const salesOf = ({ from, to, interval }: Period) => ({
  queryKey: ['office', 'sales', from, to, interval],
  queryFn: () =>
    take(
      api.GET('/api/v1/admin/statistics/sales', {
        params: { query: { from, to, interval, top: 10 } },
      }),
    ),
  placeholderData: keepPreviousData,
  refetchInterval: 15_000,
});
const lowStock = {
  queryKey: ['office', 'low'],
  queryFn: async () => {
    const states = ['out_of_stock', 'low_stock'] as const;
    const pages = await Promise.all(
      states.map((availability) =>
        take(api.GET('/api/v1/inventory', { params: { query: { availability, page_size: 10 } } })),
      ),
    );
    return pages.flatMap((page) => page.items ?? []).slice(0, 10);
  },
  refetchInterval: 30_000,
};

const SPANS = { week: 6, month: 29, quarter: 89, year: 364 } as const;

function PeriodChoice({ period }: { period: Period }) {
  const { t } = useOffice();
  const filters = useFilters();
  const today = dayOf(new Date());
  return (
    <>
      {Object.entries(SPANS).map(([name, days]) => {
        const from = daysBefore(today, days);
        return (
          <button
            key={name}
            type="button"
            className="button small"
            aria-pressed={period.to === today && period.from === from}
            onClick={() => filters.setAll({ from, to: today })}
          >
            {t(`span.${name}`)}
          </button>
        );
      })}
      <label className="sort">
        <span>{t('from')}</span>
        <input
          type="date"
          className="filter"
          value={period.from}
          max={period.to}
          onChange={(event) => filters.set('from', event.target.value)}
        />
      </label>
      <label className="sort">
        <span>{t('to')}</span>
        <input
          type="date"
          className="filter"
          value={period.to}
          min={period.from}
          max={today}
          onChange={(event) => filters.set('to', event.target.value)}
        />
      </label>
    </>
  );
}

function Best({ sales }: { sales: Schemas['CurrencySales'] | undefined }) {
  const { t, money } = useOffice();
  const all = sales?.top_products ?? [];
  const most = Math.max(...all.map((each) => each.revenue.amount ?? 0), 1);
  return (
    <section className="panel">
      <h2>{t('top')}</h2>
      {all.length === 0 && <p className="quiet">{t('none')}</p>}
      <ol className="best">
        {all.map((each) => (
          <li key={each.sku}>
            <span>
              {each.name} <span className="quiet">× {each.quantity}</span>
            </span>
            <span className="price">{money(each.revenue)}</span>
            <meter aria-hidden min={0} max={most} value={each.revenue.amount ?? 0} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Low() {
  const { t } = useOffice();
  const { data } = useQuery(lowStock);
  return (
    <section className="panel">
      <h2>{t('low')}</h2>
      {data?.length === 0 && <p className="quiet">{t('noneLow')}</p>}
      <ul className="order-lines">
        {(data ?? []).map((stock) => (
          <li key={stock.sku}>
            <Link to={`/admin/inventory/${stock.sku}`}>
              {stock.sku} <span className="quiet">{stock.available ?? 0}</span>
            </Link>
            <Word status={stock.availability} />
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Dashboard() {
  const { t, money, percent } = useOffice();
  const filters = useFilters();
  const period = periodFrom(filters.get);
  const { data, error, refetch } = useQuery(salesOf(period));
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  // Most shops sell in one currency; of several the first is shown unless another is asked for.
  const all = data.items ?? [];
  const sales = all.find((each) => each.currency === filters.get('currency')) ?? all[0];
  const { started = 0, confirmed = 0, payment_failed = 0, out_of_stock = 0 } = data.checkouts ?? {};
  const figures: [string, string | number][] = [
    [t('revenue'), money(sales?.revenue) || '–'],
    [t('orderCount'), sales?.orders ?? 0],
    [t('basket'), money(sales?.average_basket) || '–'],
    [t('conversion'), started ? percent(confirmed / started) : '–'],
    [t('lost'), payment_failed],
    [t('missed'), out_of_stock],
  ];
  return (
    <>
      <Heading title={t('dashboard')}>
        {all.length > 1 && (
          <label className="sort">
            <span className="hidden">{t('currency')}</span>
            <select
              value={sales?.currency}
              onChange={(event) => filters.set('currency', event.target.value)}
            >
              {all.map(({ currency }) => (
                <option key={currency}>{currency}</option>
              ))}
            </select>
          </label>
        )}
        <PeriodChoice period={period} />
      </Heading>
      <dl className="figures">
        {figures.map(([name, value]) => (
          <div className="panel" key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {sales && (
        <Suspense fallback={<div className="panel chart-space" />}>
          <SalesChart sales={sales} interval={period.interval} />
        </Suspense>
      )}
      <div className="halves">
        <Best sales={sales} />
        <Low />
      </div>
    </>
  );
}
