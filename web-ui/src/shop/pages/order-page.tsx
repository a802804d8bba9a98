import { useState } from 'react';
import type { ReactNode } from 'react';
import { Link, Navigate, useLocation, useParams } from 'react-router';
import { useMutation, useQuery } from '@tanstack/react-query';
import { FileDown } from 'lucide-react';
import { Dialog, DialogDescription, DialogHeading } from '@ariakit/react';
import { api, newKey, take } from '@/api/client';
import { download } from '@/api/download';
import { useLiveOrders } from '@/api/live';
import type { Order } from '@/api/client';
import { isProblem } from '@/api/problem';
import { order as orderQuery } from '@/api/queries';
import { useSession } from '@/api/session';
import { queries } from '@/app/queries';
import { useI18n } from '@/i18n';
import { announce } from '@/ui/announcer';
import { Failed, Loading } from '@/ui/state';
import { useTitle } from '@/ui/title';
import { AddressText, OrderLines, Progress, Status } from '../order-parts';
import { NotFound } from './trouble';

function CancelOrder({ id }: { id: string }) {
  const { t } = useI18n();
  const [open, setOpen] = useState(false);
  const [key] = useState(newKey);
  const cancel = useMutation({
    mutationFn: () =>
      take(
        api.POST('/api/v1/orders/{id}/cancel', {
          params: { path: { id }, header: { 'Idempotency-Key': key } },
          body: {},
        }),
      ),
    onSuccess: (order) => {
      queries.setQueryData(['order', id], order);
      announce(t('account.cancelled'));
    },
    onError: (error) => {
      announce(isProblem(error) && error.status === 409 ? t('account.tooLate') : error.message);
      void queries.invalidateQueries({ queryKey: ['order', id] });
    },
    onSettled: () => setOpen(false),
  });
  return (
    <>
      <button type="button" className="button" onClick={() => setOpen(true)}>
        {t('account.cancel')}
      </button>
      <Dialog
        className="dialog"
        open={open}
        onClose={() => setOpen(false)}
        backdrop={<div className="backdrop" />}
      >
        <DialogHeading>{t('account.cancelTitle')}</DialogHeading>
        <DialogDescription>{t('account.cancelText')}</DialogDescription>
        <div className="row end">
          <button type="button" className="button" onClick={() => setOpen(false)}>
            {t('account.keep')}
          </button>
          <button
            type="button"
            className="button danger"
            disabled={cancel.isPending}
            onClick={() => cancel.mutate()}
          >
            {t('account.cancel')}
          </button>
        </div>
      </Dialog>
    </>
  );
}

/** There is one from the payment on. */
function Invoice({ order }: { order: Order }) {
  const { t } = useI18n();
  const [busy, setBusy] = useState(false);
  if (['pending', 'payment_failed'].includes(order.status)) return null;
  const get = async () => {
    setBusy(true);
    try {
      await download(`/api/v1/orders/${order.id}/invoice.pdf`, `${order.number}.pdf`);
    } catch (error) {
      announce(
        isProblem(error) && error.status === 404
          ? t('account.noInvoice')
          : (error as Error).message,
      );
    } finally {
      setBusy(false);
    }
  };
  return (
    <button type="button" className="button" disabled={busy} onClick={() => void get()}>
      <FileDown aria-hidden size={17} /> {t('account.invoice')}
    </button>
  );
}

/** An order as its customer sees it; `children` is what may be done with it. */
function OrderView({ order, children }: { order: Order; children?: ReactNode }) {
  const { t, locale } = useI18n();
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' });
  return (
    <>
      <div className="order-head">
        <div>
          <h1>{t('account.order', { number: order.number })}</h1>
          <p className="quiet">
            {t('account.placed', { date: date.format(new Date(order.created_at)) })}
          </p>
        </div>
        <div aria-live="polite">
          <Status status={order.status} />
        </div>
      </div>
      <Progress status={order.status} />
      <div className="checkout">
        <div className="panel">
          <OrderLines order={order} />
        </div>
        <div className="panel details">
          {order.tracking_number && (
            <section>
              <h2>{t('account.tracking')}</h2>
              <p>{order.tracking_number}</p>
            </section>
          )}
          <section>
            <h2>{t('account.address')}</h2>
            <AddressText order={order} />
          </section>
          {order.shipping && (
            <section>
              <h2>{t('cart.delivery')}</h2>
              <p>{order.shipping.name}</p>
            </section>
          )}
          {children}
        </div>
      </div>
    </>
  );
}

export function OrderPage() {
  const { t } = useI18n();
  const { id = '' } = useParams();
  const { known, user, account } = useSession();
  useLiveOrders();
  const { data, error, refetch } = useQuery({ ...orderQuery(id), enabled: !!user });
  useTitle(data && t('account.order', { number: data.number }));
  if (known && !user) return <Navigate to={`/login?next=/account/orders/${id}`} replace />;
  if (isProblem(error) && error.status === 404) return <NotFound />;
  if (error && !data) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <div className="wrap page">
      <nav className="crumbs" aria-label={t('product.crumbs')}>
        {account && <Link to="/account">{t('account.title')}</Link>}
        <span aria-current="page">{data.number}</span>
      </nav>
      <OrderView order={data}>
        <Invoice order={data} />
        {['pending', 'confirmed'].includes(data.status) && <CancelOrder id={data.id} />}
      </OrderView>
    </div>
  );
}

/** Behind the link in a mail: whoever has the mail may look, on any device. The token is in the fragment, which
 * no server and no log gets to see. */
export function LinkedOrder() {
  const { t } = useI18n();
  const token = new URLSearchParams(useLocation().hash.slice(1)).get('token') ?? '';
  const { data, error, refetch } = useQuery({
    queryKey: ['linked-order', token],
    queryFn: () => take(api.POST('/api/v1/orders/by-link', { body: { token } })),
    refetchInterval: 20_000,
  });
  useTitle(data && t('account.order', { number: data.number }));
  if (isProblem(error) && error.status < 500) return <NotFound />;
  if (error && !data) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <div className="wrap page">
      <OrderView order={data} />
    </div>
  );
}
