import { Link } from 'react-router';
import { api, take } from '@/api/client';
import type { Schemas } from '@/api/client';
import { Choice, Heading, List, useFilters, useOffice, Word } from './parts';

const PAYMENT = [
  'pending',
  'authorized',
  'captured',
  'declined',
  'voided',
  'partially_refunded',
  'refunded',
] as const;
const MESSAGE = ['queued', 'sent', 'failed'] as const;

export function Payments() {
  const { t, money, time } = useOffice();
  const filters = useFilters();
  const status = PAYMENT.find((each) => each === filters.get('status'));
  return (
    <>
      <Heading title={t('payments')}>
        <Choice label={t('filter')} name="status" options={[...PAYMENT]} />
      </Heading>
      <List<Schemas['PaymentView']>
        name={t('payments')}
        id={(payment) => payment.id}
        load={(page_token) =>
          take(
            api.GET('/api/v1/payments', {
              params: {
                query: {
                  page_size: 25,
                  ...(status && { status }),
                  ...(page_token && { page_token }),
                },
              },
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

export function Messages() {
  const { t, time } = useOffice();
  const filters = useFilters();
  const status = MESSAGE.find((each) => each === filters.get('status'));
  return (
    <>
      <Heading title={t('messages')}>
        <Choice label={t('filter')} name="status" options={[...MESSAGE]} />
      </Heading>
      <List<Schemas['Message']>
        name={t('messages')}
        id={(message) => message.id}
        load={(page_token) =>
          take(
            api.GET('/api/v1/notifications/messages', {
              params: {
                query: {
                  page_size: 25,
                  ...(status && { status }),
                  ...(page_token && { page_token }),
                },
              },
            }),
          )
        }
        columns={[
          [t('date'), (message) => time(message.created_at)],
          [t('kind'), (message) => message.kind.replaceAll('_', ' ')],
          [t('recipient'), (message) => message.recipient],
          [t('subject'), (message) => message.subject],
          [t('attempts'), (message) => message.attempts, 'end'],
          [t('status'), (message) => <Word status={message.status} />],
        ]}
      />
    </>
  );
}
