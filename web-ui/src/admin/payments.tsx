import { useState } from 'react';
import { Link } from 'react-router';
import { api, take } from '@/api/client';
import type { Schemas } from '@/api/client';
import { download } from '@/api/download';
import { Failed } from '@/ui/state';
import {
  asked,
  Choice,
  DaysFilter,
  Heading,
  List,
  Tabs,
  useFilters,
  useOffice,
  Word,
} from './parts';
import { periodFrom } from './period';

const STATUSES = [
  'pending',
  'authorized',
  'captured',
  'declined',
  'voided',
  'partially_refunded',
  'refunded',
] as const;
const KINDS = ['invoice', 'credit_note'] as const;

/** What a period's books are made from, as a file. */
function Export({ path }: { path: string }) {
  const { t } = useOffice();
  const { from, to } = periodFrom(useFilters().get);
  const [error, setError] = useState<Error | null>(null);
  const get = () => {
    setError(null);
    download(`${path}?from=${from}&to=${to}`, `${path.split('/').at(-2)}-${from}-${to}.csv`).catch(
      setError,
    );
  };
  return (
    <>
      <button type="button" className="button small" onClick={get}>
        {t('exportPeriod', { from, to })}
      </button>
      {error && <Failed error={error} />}
    </>
  );
}

export const BookTabs = () => {
  const { t } = useOffice();
  return (
    <Tabs
      label={t('payments')}
      rooms={[
        ['/admin/payments', t('payments')],
        ['/admin/payments/invoices', t('invoices')],
        ['/admin/payments/reconciliation', t('reconciliation')],
      ]}
    />
  );
};

export function Payments() {
  const { t, money, time } = useOffice();
  const filters = useFilters();
  const query = asked({
    status: filters.one('status', STATUSES),
    from: filters.get('from'),
    to: filters.get('to'),
  });
  return (
    <>
      <Heading title={t('payments')}>
        <Choice label={t('filter')} name="status" options={STATUSES} />
        <DaysFilter />
        <Export path="/api/v1/payments/export" />
      </Heading>
      <BookTabs />
      <List<Schemas['PaymentView']>
        name={t('payments')}
        id={(payment) => payment.id}
        load={(page_token) =>
          take(
            api.GET('/api/v1/payments', {
              params: { query: { page_size: 25, ...query, ...(page_token && { page_token }) } },
            }),
          )
        }
        columns={[
          [t('date'), (payment) => time(payment.created_at)],
          [
            t('order'),
            (payment) => (
              <Link to={`/admin/orders/${payment.order_id}`}>{payment.order_id.slice(-8)}</Link>
            ),
          ],
          [t('provider'), (payment) => payment.provider],
          [t('reference'), (payment) => payment.provider_reference],
          [t('status'), (payment) => <Word status={payment.status} />],
          [
            t('refunded'),
            (payment) => (payment.refunded?.amount ? money(payment.refunded) : ''),
            'end',
          ],
          [t('amount'), (payment) => money(payment.amount), 'end'],
        ]}
      />
    </>
  );
}

export function Invoices() {
  const { t, money, time } = useOffice();
  const filters = useFilters();
  const query = asked({
    kind: filters.one('kind', KINDS),
    from: filters.get('from'),
    to: filters.get('to'),
  });
  return (
    <>
      <Heading title={t('invoices')}>
        <Choice label={t('kind')} name="kind" options={KINDS} />
        <DaysFilter />
        <Export path="/api/v1/invoices/export" />
      </Heading>
      <BookTabs />
      <List<Schemas['Invoice']>
        name={t('invoices')}
        id={(invoice) => invoice.id}
        load={(page_token) =>
          take(
            api.GET('/api/v1/invoices', {
              params: { query: { page_size: 25, ...query, ...(page_token && { page_token }) } },
            }),
          )
        }
        columns={[
          [
            t('number'),
            (invoice) => (
              <button
                type="button"
                className="button small"
                onClick={() =>
                  void download(`/api/v1/invoices/${invoice.id}/pdf`, `${invoice.number}.pdf`)
                }
              >
                {invoice.number}
              </button>
            ),
          ],
          [t('date'), (invoice) => time(invoice.issued_at)],
          [t('kind'), (invoice) => <Word status={invoice.kind} />],
          [
            t('order'),
            (invoice) => (
              <Link to={`/admin/orders/${invoice.order_id}`}>{invoice.order_number}</Link>
            ),
          ],
          [t('customer'), (invoice) => invoice.customer?.name],
          [t('tax'), (invoice) => money(invoice.tax_total), 'end'],
          [t('total'), (invoice) => money(invoice.total), 'end'],
        ]}
      />
    </>
  );
}
