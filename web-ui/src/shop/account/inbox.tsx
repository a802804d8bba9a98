import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { api, take } from '@/api/client';
import { inbox } from '@/api/queries';
import { queries } from '@/app/queries';
import { useI18n } from '@/i18n';
import { Empty, Failed, Loading } from '@/ui/state';

/** What the shop has written, as it also went out by other ways. */
export function Inbox() {
  const { t, locale } = useI18n();
  const found = useInfiniteQuery(inbox);
  const readAll = useMutation({
    mutationFn: () => take(api.POST('/api/v1/notifications/read-all', { body: {} })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['inbox'] }),
  });
  if (found.isPending) return <Loading />;
  if (found.error) return <Failed error={found.error} retry={() => void found.refetch()} />;
  const messages = found.data.pages.flatMap((page) => page.items ?? []);
  const unread = found.data.pages[0]?.unread_count ?? 0;
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  if (messages.length === 0)
    return <Empty title={t('account.noMessages')} text={t('account.noMessagesText')} />;
  return (
    <section className="stack" aria-label={t('account.messages')}>
      {unread > 0 && (
        <div className="row end">
          <button
            type="button"
            className="button small"
            disabled={readAll.isPending}
            onClick={() => readAll.mutate()}
          >
            {t('account.readAll', { count: unread })}
          </button>
        </div>
      )}
      {messages.map((message) => (
        <article key={message.id} className={`panel message ${message.read_at ? '' : 'unread'}`}>
          <h2>{message.title}</h2>
          <p className="quiet">{date.format(new Date(message.created_at))}</p>
          <p>{message.text}</p>
        </article>
      ))}
      {found.hasNextPage && (
        <button type="button" className="button" onClick={() => void found.fetchNextPage()}>
          {t('list.more')}
        </button>
      )}
    </section>
  );
}
