import { Link, useRouteError } from 'react-router';
import { useI18n } from '@/i18n';
import { Empty } from '@/ui/state';
import { useTitle } from '@/ui/title';

export function NotFound() {
  const { t } = useI18n();
  useTitle(t('error.notFound'));
  return (
    <div className="wrap page">
      <Empty page title={t('error.notFound')} text={t('error.notFoundText')}>
        <Link className="button" to="/">
          {t('error.home')}
        </Link>
      </Empty>
    </div>
  );
}

/** Something failed while drawing, or a new version of the shop took away the chunk that was asked for. */
export function Broken() {
  const { t } = useI18n();
  const error = useRouteError();
  console.error(error);
  return (
    <div className="wrap page">
      <Empty page title={t('error.title')} text={t('error.offline')}>
        <button type="button" className="button" onClick={() => window.location.reload()}>
          {t('error.retry')}
        </button>
      </Empty>
    </div>
  );
}
