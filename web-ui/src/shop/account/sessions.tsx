import { useMutation, useQuery } from '@tanstack/react-query';
import { Monitor } from 'lucide-react';
import { api, take } from '@/api/client';
import type { Schemas } from '@/api/client';
import { sessions } from '@/api/queries';
import { queries } from '@/app/queries';
import { useI18n } from '@/i18n';
import { announce } from '@/ui/announcer';
import { Failed, Loading } from '@/ui/state';

type Session = Schemas['OpenSession'];

/** One place where the account is signed in. This one is left by the menu, as ever. */
function Place({ session, end }: { session: Session; end: () => void }) {
  const { t, locale } = useI18n();
  const name = session.device || t('sessions.unknown');
  const time = (text: string) =>
    new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(
      new Date(text),
    );
  return (
    <li>
      <Monitor aria-hidden />
      <span>
        <strong>{name}</strong>
        {session.address && <bdi className="quiet block">{session.address}</bdi>}
        <span className="quiet block">
          {t('sessions.since', { date: time(session.created_at) })}
        </span>
        <span className="quiet block">
          {t('sessions.seen', { date: time(session.last_seen_at) })}
        </span>
      </span>
      {session.current ? (
        <span className="status confirmed">{t('sessions.here')}</span>
      ) : (
        <button
          type="button"
          className="button small"
          onClick={end}
          aria-label={t('sessions.endThat', { name })}
        >
          {t('sessions.end')}
        </button>
      )}
    </li>
  );
}

/** Where the account is signed in, and the way out of each of these places. */
export function Sessions() {
  const { t } = useI18n();
  const { data, error, refetch } = useQuery(sessions);
  const refresh = () => queries.invalidateQueries({ queryKey: sessions.queryKey });
  const end = useMutation({
    mutationFn: ({ id }: Session) =>
      take(api.DELETE('/api/v1/users/sessions/{id}', { params: { path: { id } } })),
    onSuccess: (_, { device }) =>
      announce(t('sessions.ended', { name: device || t('sessions.unknown') })),
    onSettled: refresh,
  });
  const endOthers = useMutation({
    mutationFn: () => take(api.DELETE('/api/v1/users/sessions')),
    onSuccess: () => announce(t('sessions.othersEnded')),
    onSettled: refresh,
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  const failed = end.error ?? endOthers.error;
  return (
    <section className="panel">
      <h2>{t('sessions.title')}</h2>
      <p className="quiet">{t(data.length > 1 ? 'sessions.lead' : 'sessions.alone')}</p>
      {failed && <Failed error={failed} />}
      <ul className="places">
        {data.map((session) => (
          <Place key={session.id} session={session} end={() => end.mutate(session)} />
        ))}
      </ul>
      {data.length > 1 && (
        <button
          type="button"
          className="button"
          disabled={endOthers.isPending}
          onClick={() => endOthers.mutate()}
        >
          {t('sessions.endOthers')}
        </button>
      )}
    </section>
  );
}
