import { Link } from 'react-router';
import { useQuery } from '@tanstack/react-query';
import { api, take } from '@/api/client';
import type { Order } from '@/api/client';
import { useI18n } from '@/i18n';
import { Failed, Loading } from '@/ui/state';
import { Heading, useOffice, Word } from './parts';
import { revenuePerDay, summary } from './figures';

const latestOrders = {
  queryKey: ['office', 'dashboard'],
  queryFn: () => take(api.GET('/api/v1/admin/orders', { params: { query: { page_size: 100 } } })),
  refetchInterval: 10_000,
};
const catalogue = {
  queryKey: ['office', 'low'],
  queryFn: () => take(api.GET('/api/v1/products', { params: { query: { page_size: 100 } } })),
  refetchInterval: 30_000,
};

function Chart({ orders }: { orders: Order[] }) {
  const { t, money } = useOffice();
  const { locale } = useI18n();
  const days = revenuePerDay(orders, 14);
  const most = Math.max(...days.map((day) => day.amount), 1);
  const currency = orders[0]?.total.currency ?? 'USD';
  const name = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
  return (
    <figure className="panel chart">
      <figcaption>{t('perDay')}</figcaption>
      <svg viewBox="0 0 700 220" role="img" aria-label={t('perDay')}>
        {days.map((day, i) => {
          const height = (day.amount / most) * 160;
          return (
            <g key={day.day}>
              <rect x={i * 50 + 8} y={176 - height} width="34" height={Math.max(height, 2)} rx="5">
                <title>{`${name.format(new Date(day.day))}: ${money({ amount: day.amount, currency })}`}</title>
              </rect>
              {i % 2 === 1 && (
                <text x={i * 50 + 25} y="202" textAnchor="middle">
                  {name.format(new Date(day.day))}
                </text>
              )}
            </g>
          );
        })}
      </svg>
    </figure>
  );
}

export function Dashboard() {
  const { t, money } = useOffice();
  const { data, error, refetch } = useQuery(latestOrders);
  const { data: products } = useQuery(catalogue);
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  const orders = data.items ?? [];
  const { revenue, basket, count, open, lost, top } = summary(orders);
  const low = (products?.items ?? []).flatMap((product) =>
    product.variants
      .filter((variant) => variant.availability !== 'in_stock')
      .map((variant) => ({ product, variant })),
  );
  const figures: [string, string | number][] = [
    [t('revenue'), money(revenue)],
    [t('orderCount'), count],
    [t('basket'), money(basket)],
    [t('open'), open],
    [t('lost'), lost],
  ];
  return (
    <>
      <Heading title={t('dashboard')}>
        <p className="quiet">{t('basis', { count: orders.length })}</p>
      </Heading>
      <dl className="figures">
        {figures.map(([name, value]) => (
          <div className="panel" key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Chart orders={orders} />
      <div className="halves">
        <section className="panel">
          <h2>{t('top')}</h2>
          <ol className="order-lines">
            {top.map((each) => (
              <li key={each.name}>
                <span>{each.name}</span>
                <span className="price">{each.quantity}</span>
              </li>
            ))}
          </ol>
        </section>
        <section className="panel">
          <h2>{t('low')}</h2>
          {low.length === 0 && <p className="quiet">{t('noneLow')}</p>}
          <ul className="order-lines">
            {low.slice(0, 8).map(({ product, variant }) => (
              <li key={variant.sku}>
                <Link to={`/admin/inventory?sku=${variant.sku}`}>
                  {product.name} <span className="quiet">{variant.title}</span>
                </Link>
                <Word status={variant.availability} />
              </li>
            ))}
          </ul>
        </section>
      </div>
    </>
  );
}
