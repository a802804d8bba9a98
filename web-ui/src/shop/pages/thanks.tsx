import { Link, Navigate, useParams } from 'react-router';
import { useQuery } from '@tanstack/react-query';
import { order as orderQuery } from '@/api/queries';
import { useSession } from '@/api/session';
import { useLiveOrders } from '@/api/live';
import { useI18n } from '@/i18n';
import { Failed, Loading } from '@/ui/state';
import { useTitle } from '@/ui/title';
import { OrderLines, Progress } from '../order-parts';

export function Thanks() {
  const { t } = useI18n();
  const { id = '' } = useParams();
  const { known, user, account } = useSession();
  useLiveOrders();
  const { data, error } = useQuery({ ...orderQuery(id), enabled: !!user });
  const pending = data?.status === 'pending';
  useTitle(pending ? t('thanks.pending') : t('thanks.title', { name: user?.full_name ?? '' }));
  if (known && !user) return <Navigate to={`/login?next=/thanks/${id}`} replace />;
  if (error && !data) return <Failed error={error} />;
  if (!data || !user) return <Loading />;
  if (['payment_failed', 'cancelled'].includes(data.status))
    return <Navigate to={`/account/orders/${id}`} replace />;
  const name = user.full_name.split(' ')[0];
  return (
    <div className="wrap page narrow">
      <div className="thanks" aria-live="polite">
        <img
          src={pending ? '/demo/empty.svg' : '/demo/thanks.svg'}
          alt=""
          width="220"
          height="220"
        />
        <h1>{pending ? t('thanks.pending') : t('thanks.title', { name })}</h1>
        <p>
          {pending
            ? t('thanks.pendingLead')
            : t('thanks.lead', { number: data.number, email: user.email })}
        </p>
      </div>
      <Progress status={data.status} />
      <div className="panel">
        <OrderLines order={data} />
      </div>
      <div className="row centre">
        <Link className="button primary" to={`/account/orders/${data.id}`}>
          {t('thanks.follow')}
        </Link>
        <Link className="button" to={account ? '/search' : '/register'}>
          {t(account ? 'thanks.on' : 'thanks.register')}
        </Link>
      </div>
    </div>
  );
}
