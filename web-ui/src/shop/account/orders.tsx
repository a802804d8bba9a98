import { Link } from 'react-router';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { Order } from '@/api/client';
import { myOrders } from '@/api/queries';
import { useI18n } from '@/i18n';
import { formatMoney } from '@/ui/money';
import { Empty, Failed, Loading } from '@/ui/state';
import { Status } from '../order-parts';

function OrderCard({ order }: { order: Order }) {
  const { t, locale } = useI18n();
  const items = order.items ?? [];
  const count = items.reduce((sum, item) => sum + item.quantity, 0);
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  return (
    <Link className="order-card" to={`/account/orders/${order.id}`}>
      <div>
        <strong>{order.number}</strong>
        <p className="quiet">
          {date.format(new Date(order.created_at))} · {t('account.items', { count })}
        </p>
        <p>{items.map((item) => item.name).join(', ')}</p>
      </div>
      <div className="order-card-end">
        <Status status={order.status} />
        <span className="price">{formatMoney(order.total, locale)}</span>
      </div>
    </Link>
  );
}

export function Orders() {
  const { t } = useI18n();
  const found = useInfiniteQuery(myOrders);
  if (found.isPending) return <Loading />;
  if (found.error) return <Failed error={found.error} retry={() => void found.refetch()} />;
  const orders = found.data.pages.flatMap((page) => page.items ?? []);
  if (orders.length === 0)
    return (
      <Empty title={t('account.none')} text={t('account.noneText')}>
        <Link className="button" to="/search">
          {t('cart.browse')}
        </Link>
      </Empty>
    );
  return (
    <section className="stack" aria-label={t('account.orders')}>
      {orders.map((order) => (
        <OrderCard key={order.id} order={order} />
      ))}
      {found.hasNextPage && (
        <button type="button" className="button" onClick={() => void found.fetchNextPage()}>
          {t('list.more')}
        </button>
      )}
    </section>
  );
}
