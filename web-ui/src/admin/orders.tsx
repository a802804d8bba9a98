import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { useQuery } from '@tanstack/react-query';
import { api, newKey, take } from '@/api/client';
import type { Money, Order, Schemas } from '@/api/client';
import { order as orderQuery } from '@/api/queries';
import { AddressText, OrderLines } from '@/shop/order-parts';
import { Field } from '@/ui/field';
import { amountText, parseAmount } from '@/ui/money';
import { Failed, Loading } from '@/ui/state';
import {
  ActDialog,
  asked,
  Choice,
  DaysFilter,
  Heading,
  List,
  SearchFilter,
  useFilters,
  useOffice,
  Word,
} from './parts';

const STATUSES = [
  'pending',
  'confirmed',
  'fulfilled',
  'delivered',
  'cancelled',
  'payment_failed',
  'partially_refunded',
  'refunded',
] as const;

export function Orders() {
  const { t, money, time } = useOffice();
  const filters = useFilters();
  const query = asked({
    status: filters.one('status', STATUSES),
    query: filters.get('query'),
    from: filters.get('from'),
    to: filters.get('to'),
    user_id: filters.get('user_id'),
  });
  return (
    <>
      <Heading title={t('orders')}>
        <SearchFilter label={t('searchOrders')} />
        <Choice label={t('filter')} name="status" options={STATUSES} />
        <DaysFilter />
      </Heading>
      <List<Order>
        name={t('orders')}
        id={(order) => order.id}
        load={(page_token) =>
          take(
            api.GET('/api/v1/admin/orders', {
              params: {
                query: { page_size: 25, ...query, ...(page_token && { page_token }) },
              },
            }),
          )
        }
        columns={[
          [t('number'), (order) => <Link to={`/admin/orders/${order.id}`}>{order.number}</Link>],
          [t('date'), (order) => time(order.created_at)],
          [t('customer'), (order) => order.shipping_address?.full_name],
          [
            t('items'),
            (order) =>
              (order.items ?? []).map((item) => `${item.quantity} × ${item.name}`).join(', '),
          ],
          [t('status'), (order) => <Word status={order.status} />],
          [t('total'), (order) => money(order.total), 'end'],
        ]}
      />
    </>
  );
}

const path = (id: string) => ({ path: { id }, header: { 'Idempotency-Key': newKey() } });

function Refund({ order }: { order: Order }) {
  const { t, money } = useOffice();
  const { currency } = order.total;
  const left = {
    currency,
    amount: (order.total.amount ?? 0) - (order.refunded_total?.amount ?? 0),
  };
  // Kept as long as the dialog's page: a second try after a lost answer refunds nothing twice.
  const [keys] = useState(() => new Map<string, string>());
  return (
    <ActDialog
      label={t('refund')}
      submit={(text) => {
        const amount = parseAmount(text('amount'), currency);
        if (!amount) return Promise.reject(new Error(t('badAmount')));
        const wanted = `${amount} ${text('reason')} ${left.amount}`;
        const key = keys.get(wanted) ?? newKey();
        keys.set(wanted, key);
        return take(
          api.POST('/api/v1/orders/{id}/refunds', {
            params: { path: { id: order.id }, header: { 'Idempotency-Key': key } },
            body: { amount: { amount, currency }, reason: text('reason') },
          }),
        );
      }}
    >
      <p className="quiet">{t('refundLeft', { amount: money(left) })}</p>
      <Field
        label={t('refundAmount', { currency })}
        name="amount"
        inputMode="decimal"
        required
        defaultValue={amountText(left)}
      />
      <Field label={t('reason')} name="reason" required maxLength={500} />
    </ActDialog>
  );
}

function Actions({ order }: { order: Order }) {
  const { t } = useOffice();
  const { id, status } = order;
  return (
    <>
      {['confirmed', 'partially_refunded'].includes(status) && (
        <ActDialog
          label={t('fulfil')}
          submit={(text) =>
            take(
              api.POST('/api/v1/orders/{id}/fulfil', {
                params: path(id),
                body: { ...(text('tracking') && { tracking_number: text('tracking') }) } as {
                  tracking_number: string;
                },
              }),
            )
          }
        >
          <Field label={t('tracking')} name="tracking" maxLength={100} />
        </ActDialog>
      )}
      {status === 'fulfilled' && (
        <ActDialog
          label={t('deliver')}
          submit={() =>
            take(api.POST('/api/v1/orders/{id}/deliver', { params: path(id), body: {} }))
          }
        />
      )}
      {['confirmed', 'fulfilled', 'delivered', 'partially_refunded'].includes(status) && (
        <Refund order={order} />
      )}
      {['pending', 'confirmed'].includes(status) && (
        <ActDialog
          label={t('cancel')}
          className="danger"
          submit={() =>
            take(api.POST('/api/v1/orders/{id}/cancel', { params: path(id), body: {} }))
          }
        />
      )}
    </>
  );
}

const SHOWN_ANYWAY =
  /^(schema|user_id|number|currency|subtotal|total|(discount|shipping|tax)_total)$/;

/** What an event says beside its name, without what the page shows anyway. */
function details(event: Schemas['OrderEvent'], money: (amount: number) => string): string {
  try {
    const data = JSON.parse(event.data) as Record<string, unknown>;
    return Object.entries(data)
      .filter(
        ([name, value]) => !SHOWN_ANYWAY.test(name) && typeof value !== 'object' && value !== '',
      )
      .map(([name, value]) => {
        const plain = typeof value === 'number' && name.endsWith('amount') ? money(value) : value;
        return `${name.replaceAll('_', ' ')}: ${String(plain)}`;
      })
      .join(' · ');
  } catch {
    return '';
  }
}

export function OrderDetail() {
  const { t, time, money } = useOffice();
  const { id = '' } = useParams();
  const { data, error, refetch } = useQuery(orderQuery(id));
  const { data: events } = useQuery({
    queryKey: ['order', id, 'events', data?.status, data?.updated_at],
    queryFn: () => take(api.GET('/api/v1/orders/{id}/events', { params: { path: { id } } })),
  });
  if (error && !data) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <>
      <Heading title={data.number}>
        <Word status={data.status} />
        <Actions order={data} />
      </Heading>
      <div className="halves">
        <div className="panel">
          <OrderLines order={data} />
        </div>
        <div className="panel details">
          <section>
            <h2>{t('address')}</h2>
            <AddressText order={data} />
          </section>
          <section>
            <h2>{t('payment')}</h2>
            <p>
              {data.payment?.provider}{' '}
              {data.payment?.status && <Word status={data.payment.status} />}
            </p>
          </section>
        </div>
      </div>
      <section className="panel">
        <h2>{t('timeline')}</h2>
        <ol className="timeline">
          {(events?.items ?? []).map((event) => (
            <li key={event.version}>
              <strong>{event.type.replaceAll('_', ' ')}</strong> <time>{time(event.at)}</time>
              <p className="quiet">
                {details(event, (amount) => money({ ...data.total, amount } as Money))}
              </p>
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}
