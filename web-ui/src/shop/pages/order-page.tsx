import { useState } from 'react';
import { Link, Navigate, useParams } from 'react-router';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Dialog, DialogDescription, DialogHeading } from '@ariakit/react';
import { api, newKey, take } from '@/api/client';
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

export function OrderPage() {
  const { t, locale } = useI18n();
  const { id = '' } = useParams();
  const { known, user } = useSession();
  const { data, error, refetch } = useQuery({ ...orderQuery(id), enabled: !!user });
  useTitle(data && t('account.order', { number: data.number }));
  if (known && !user) return <Navigate to={`/login?next=/account/orders/${id}`} replace />;
  if (isProblem(error) && error.status === 404) return <NotFound />;
  if (error && !data) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' });
  return (
    <div className="wrap page">
      <nav className="crumbs" aria-label={t('product.crumbs')}>
        <Link to="/account">{t('account.title')}</Link>
        <span aria-current="page">{data.number}</span>
      </nav>
      <div className="order-head">
        <div>
          <h1>{t('account.order', { number: data.number })}</h1>
          <p className="quiet">
            {t('account.placed', { date: date.format(new Date(data.created_at)) })}
          </p>
        </div>
        <div aria-live="polite">
          <Status status={data.status} />
        </div>
      </div>
      <Progress status={data.status} />
      <div className="checkout">
        <div className="panel">
          <OrderLines order={data} />
        </div>
        <div className="panel details">
          {data.tracking_number && (
            <section>
              <h2>{t('account.tracking')}</h2>
              <p>{data.tracking_number}</p>
            </section>
          )}
          <section>
            <h2>{t('account.address')}</h2>
            <AddressText order={data} />
          </section>
          {['pending', 'confirmed'].includes(data.status) && <CancelOrder id={data.id} />}
        </div>
      </div>
    </div>
  );
}
