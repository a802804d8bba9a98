import type { ReactNode } from 'react';
import { useI18n } from '@/i18n';

export function Loading() {
  const { t } = useI18n();
  return (
    <div className="loading" role="status">
      <span className="spinner" aria-hidden />
      <span className="hidden">{t('common.loading')}</span>
    </div>
  );
}

export function Empty({
  title,
  text,
  page,
  children,
}: {
  title: string;
  text?: string;
  /** This is all that the page has to say. */
  page?: boolean;
  children?: ReactNode;
}) {
  return (
    <div className="empty">
      <img src="/demo/empty.svg" alt="" width="180" height="180" />
      {page ? <h1>{title}</h1> : <h2>{title}</h2>}
      {text && <p>{text}</p>}
      {children}
    </div>
  );
}

export function Failed({ error, retry }: { error: Error; retry?: () => void }) {
  const { t } = useI18n();
  return (
    <div className="notice bad" role="alert">
      <p>
        <strong>{t('error.title')}.</strong> {error.message}
      </p>
      {retry && (
        <button type="button" className="button small" onClick={retry}>
          {t('error.retry')}
        </button>
      )}
    </div>
  );
}
