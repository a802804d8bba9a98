import { useEffect } from 'react';
import { Link, Navigate, useSearchParams } from 'react-router';
import { useQuery } from '@tanstack/react-query';
import { api, take } from '@/api/client';
import type { Order } from '@/api/client';
import { isProblem } from '@/api/problem';
import { useSession } from '@/api/session';
import { queries } from '@/app/queries';
import { useI18n } from '@/i18n';
import { Failed, Loading } from '@/ui/state';
import { declined } from '../declined';
import { Outcome } from '../outcome';
import { actionUrl, settleAction } from '../payment-action';
import { NotFound } from './trouble';

function Declined({ reason }: { reason: unknown }) {
  const { t } = useI18n();
  return (
    <Outcome title={t('back.declined')} text={t(declined(reason))}>
      <Link className="button primary" to="/checkout">
        {t('back.again')}
      </Link>
    </Outcome>
  );
}

function Unfinished({ order, look }: { order: Order; look: () => void }) {
  const { t } = useI18n();
  return (
    <Outcome title={t('back.open')} text={t('back.openLead', { number: order.number })}>
      <a className="button primary" href={actionUrl(order)}>
        {t('back.continue')}
      </a>
      <button type="button" className="button" onClick={look}>
        {t('back.look')}
      </button>
      <Link className="button" to={`/account/orders/${order.id}`}>
        {t('thanks.follow')}
      </Link>
    </Outcome>
  );
}

/** It is decided, or the platform goes on by itself: the order's own page shows the rest. */
function Settled({ order }: { order: Order }) {
  useEffect(() => {
    settleAction(order.id);
    queries.setQueryData(['order', order.id], order);
    void queries.invalidateQueries({ queryKey: ['orders'] });
  }, [order]);
  return <Navigate to={`/thanks/${order.id}`} replace />;
}

/** Where the bank and the payment providers send the customer back to. */
export function CheckoutReturn() {
  const { t } = useI18n();
  const [parameters] = useSearchParams();
  const id = parameters.get('order') ?? '';
  const { known, user } = useSession();
  // Asked again when the window is looked at: the customer may have paid in another one.
  const { data, error, refetch } = useQuery({
    queryKey: ['payment-return', id],
    queryFn: () =>
      take(api.POST('/api/v1/orders/{id}/payment/return', { params: { path: { id } }, body: {} })),
    enabled: !!user && !!id,
    gcTime: 0,
  });
  const back = `/checkout/return?order=${encodeURIComponent(id)}`;
  if (known && !user) return <Navigate to={`/login?next=${encodeURIComponent(back)}`} replace />;
  if (!id || (isProblem(error) && error.status === 404)) return <NotFound />;
  if (isProblem(error, 'payment_declined')) return <Declined reason={error.body.decline_code} />;
  if (error)
    return (
      <Outcome title={t('back.unknown')} text={t('back.unknownLead')}>
        <Failed error={error} retry={() => void refetch()} />
      </Outcome>
    );
  if (!data)
    return (
      <Outcome title={t('back.checking')} text={t('back.checkingLead')}>
        <Loading />
      </Outcome>
    );
  if (data.status === 'payment_failed' || data.status === 'cancelled')
    return <Navigate to={`/account/orders/${id}`} replace />;
  if (data.status === 'pending' && actionUrl(data))
    return <Unfinished order={data} look={() => void refetch()} />;
  return <Settled order={data} />;
}
