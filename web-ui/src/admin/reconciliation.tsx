import { Link } from 'react-router';
import { api, newKey, take } from '@/api/client';
import type { Schemas } from '@/api/client';
import { Failed } from '@/ui/state';
import { Heading, List, useAct, useOffice, Word } from './parts';
import { BookTabs } from './payments';

type Run = Schemas['Reconciliation'];

/** What differs, line by line; nothing but a number where nothing does. */
function Findings({ run }: { run: Run }) {
  const { t } = useOffice();
  const { differences = [], problems = [] } = run;
  if (run.status === 'failed') return <>{run.failure}</>;
  if (run.status === 'running') return <>…</>;
  if (differences.length + problems.length === 0) return <>{t('booksAgree')}</>;
  return (
    <details open>
      <summary>{t('differences', { count: differences.length + problems.length })}</summary>
      <ul className="findings">
        {differences.map((each, i) => (
          <li key={`d${i}`}>
            <strong>{t(`difference.${each.kind}`, each.kind)}</strong> {each.detail}{' '}
            <bdi className="quiet">{each.provider_reference}</bdi>{' '}
            {each.payment_id && <bdi className="quiet">{each.payment_id}</bdi>}
          </li>
        ))}
        {problems.map((each, i) => (
          <li key={`p${i}`}>
            <strong>{t('booksOf', { kind: each.kind })}</strong> {each.detail}{' '}
            <bdi className="quiet">{each.id}</bdi>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** The payments against what their providers have on record, and the books against both. */
export function Reconciliations() {
  const { t, time } = useOffice();
  const act = useAct();
  const start = () =>
    act.mutate(() =>
      take(
        api.POST('/api/v1/payments/reconciliations', {
          params: { header: { 'Idempotency-Key': newKey() } },
          body: {},
        }),
      ),
    );
  return (
    <>
      <Heading title={t('reconciliation')}>
        <button
          type="button"
          className="button primary small"
          disabled={act.isPending}
          onClick={start}
        >
          {t('reconcileNow')}
        </button>
      </Heading>
      <BookTabs />
      <p className="quiet">
        {t('reconciliationText')} <Link to="/admin/payments">{t('payments')}</Link>
      </p>
      {act.error && <Failed error={act.error} />}
      <List<Run>
        name={t('reconciliation')}
        id={(run) => run.id}
        busy={(runs) => runs.some(({ status }) => status === 'running')}
        load={(page_token) =>
          take(
            api.GET('/api/v1/payments/reconciliations', {
              params: { query: { page_size: 10, ...(page_token && { page_token }) } },
            }),
          )
        }
        columns={[
          [t('date'), (run) => time(run.started_at)],
          [t('status'), (run) => <Word status={run.status} />],
          [t('compared'), (run) => run.charges_compared, 'end'],
          [t('resolved'), (run) => run.resolved, 'end'],
          [t('found'), (run) => <Findings run={run} />],
        ]}
      />
    </>
  );
}
