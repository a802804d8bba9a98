import { useEffect, useRef } from 'react';
import { Link, useParams } from 'react-router';
import { useQuery } from '@tanstack/react-query';
import { api, newKey, take } from '@/api/client';
import type { Schemas } from '@/api/client';
import { Failed, Loading } from '@/ui/state';
import {
  ActDialog,
  asked,
  Choice,
  Heading,
  List,
  SearchFilter,
  Tabs,
  useFilters,
  useOffice,
  Word,
} from './parts';

const STATUSES = ['queued', 'sent', 'failed'] as const;
const CHANNELS = ['email', 'sms', 'push', 'inbox'] as const;

const MessageTabs = () => {
  const { t } = useOffice();
  return (
    <Tabs
      label={t('messages')}
      rooms={[
        ['/admin/messages', t('sent')],
        ['/admin/messages/templates', t('templates')],
        ['/admin/messages/bounces', t('bounces')],
      ]}
    />
  );
};

function Again({ message }: { message: Schemas['Message'] }) {
  const { t } = useOffice();
  if (message.status !== 'failed') return null;
  return (
    <ActDialog
      label={t('sendAgain')}
      about={message.recipient}
      submit={() =>
        take(
          api.POST('/api/v1/notifications/messages/{id}/retry', {
            params: { path: { id: message.id }, header: { 'Idempotency-Key': newKey() } },
            body: {},
          }),
        )
      }
    >
      <p>{message.subject}</p>
      <p className="field-problem">{message.last_error}</p>
    </ActDialog>
  );
}

export function Messages() {
  const { t, time } = useOffice();
  const filters = useFilters();
  const query = asked({
    status: filters.one('status', STATUSES),
    channel: filters.one('channel', CHANNELS),
    recipient: filters.get('recipient'),
  });
  return (
    <>
      <Heading title={t('messages')}>
        <SearchFilter name="recipient" label={t('recipient')} />
        <Choice label={t('filter')} name="status" options={STATUSES} />
        <Choice label={t('channel')} name="channel" options={CHANNELS} />
      </Heading>
      <MessageTabs />
      <List<Schemas['Message']>
        name={t('messages')}
        id={(message) => message.id}
        load={(page_token) =>
          take(
            api.GET('/api/v1/notifications/messages', {
              params: {
                query: { page_size: 25, ...query, ...(page_token && { page_token }) },
              },
            }),
          )
        }
        columns={[
          [t('date'), (message) => time(message.created_at)],
          [t('kind'), (message) => message.kind.replaceAll('_', ' ')],
          [t('channel'), (message) => message.channel],
          [t('recipient'), (message) => message.recipient],
          [t('subject'), (message) => message.subject],
          [t('attempts'), (message) => message.attempts, 'end'],
          [
            t('status'),
            (message) => <Word status={message.status.replace('pending', 'waiting')} />,
          ],
          [t('actions'), (message) => <Again message={message} />, 'end'],
        ]}
      />
    </>
  );
}

/**
 * A mail as its reader sees it, with its own styles and none of the page's. The page's policy forbids style
 * attributes in a text that is parsed, so that they are set one by one.
 */
function Mail({ html }: { html: string }) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!host.current) return;
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' });
    const styles: [number, string][] = [];
    const marked = html.replace(/\sstyle=("([^"]*)"|'([^']*)')/g, (_, __, double, single) => {
      styles.push([styles.length, String(double ?? single)]);
      return ` data-style="${styles.length - 1}"`;
    });
    const mail = new DOMParser().parseFromString(
      marked.replace(/<style[^>]*>([\s\S]*?)<\/style>/g, ''),
      'text/html',
    );
    mail.querySelectorAll('script, link, meta').forEach((each) => each.remove());
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      [...html.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/g)].map((found) => found[1]).join('\n'),
    );
    root.adoptedStyleSheets = [sheet];
    root.replaceChildren(...mail.body.childNodes);
    root.querySelectorAll<HTMLElement>('[data-style]').forEach((each) => {
      each.style.cssText = styles[Number(each.dataset.style)]?.[1] ?? '';
    });
  }, [html]);
  return <div className="mail" ref={host} />;
}

export function Templates() {
  const { t } = useOffice();
  const { kind = '' } = useParams();
  const filters = useFilters();
  const { data, error } = useQuery({
    queryKey: ['office', 'templates'],
    queryFn: () => take(api.GET('/api/v1/notifications/templates')),
  });
  const shown = data?.items?.find((each) => each.kind === kind) ?? data?.items?.[0];
  const locale = filters.get('locale');
  const preview = useQuery({
    queryKey: ['office', 'template', shown?.kind, locale],
    queryFn: () =>
      take(
        api.GET('/api/v1/notifications/templates/{kind}/preview', {
          params: { path: { kind: shown?.kind ?? '' }, query: { ...(locale && { locale }) } },
        }),
      ),
    enabled: !!shown,
  });
  if (error) return <Failed error={error} />;
  if (!data) return <Loading />;
  return (
    <>
      <Heading title={t('templates')}>
        <Choice label={t('language')} name="locale" options={shown?.locales ?? []} />
      </Heading>
      <MessageTabs />
      <div className="beside">
        <nav className="panel list-nav" aria-label={t('templates')}>
          {(data.items ?? []).map((each) => (
            <Link
              key={each.kind}
              to={`/admin/messages/templates/${each.kind}`}
              aria-current={each.kind === shown?.kind ? 'page' : undefined}
            >
              {each.kind.replaceAll('_', ' ')}
              {!!each.own_files?.length && <span className="status">{t('own')}</span>}
            </Link>
          ))}
        </nav>
        {preview.error && <Failed error={preview.error} />}
        {preview.data && (
          <article className="panel" aria-label={t('preview')}>
            <h2>{preview.data.subject}</h2>
            <Mail html={preview.data.html} />
            <details>
              <summary>{t('asText')}</summary>
              <pre>{preview.data.text}</pre>
            </details>
          </article>
        )}
      </div>
    </>
  );
}

export function Bounces() {
  const { t, time } = useOffice();
  return (
    <>
      <Heading title={t('bounces')} />
      <MessageTabs />
      <List<Schemas['Bounce']>
        name={t('bounces')}
        id={(bounce) => bounce.email}
        load={async () => ({
          ...(await take(api.GET('/api/v1/notifications/bounces'))),
          next_page_token: '',
        })}
        columns={[
          [t('date'), (bounce) => time(bounce.bounced_at)],
          [t('email'), (bounce) => bounce.email],
          [t('reason'), (bounce) => bounce.reason],
          [
            t('actions'),
            (bounce) => (
              <ActDialog
                label={t('writeAgain')}
                about={bounce.email}
                submit={() =>
                  take(
                    api.POST('/api/v1/notifications/bounces/forget', {
                      body: { email: bounce.email },
                    }),
                  )
                }
              >
                <p>{bounce.email}</p>
              </ActDialog>
            ),
            'end',
          ],
        ]}
      />
    </>
  );
}
