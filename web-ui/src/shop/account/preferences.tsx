import { useMutation, useQuery } from '@tanstack/react-query';
import { Lock } from 'lucide-react';
import { api, take } from '@/api/client';
import type { Schemas } from '@/api/client';
import { devices, preferences } from '@/api/queries';
import { queries } from '@/app/queries';
import { useI18n } from '@/i18n';
import { announce } from '@/ui/announcer';
import { Failed, Loading } from '@/ui/state';
import { canPush, pushDevice, subscribe, unsubscribe } from './push';

type Preference = Schemas['Preference'];

const isSame = (one: Preference, other: Preference) =>
  one.kind === other.kind && one.channel === other.channel;

/**
 * A choice shows at once and goes back where the platform refuses it. Several on their way at the same time
 * leave each other alone: the list is asked for again once the last one is answered.
 */
function useChoice() {
  const { t } = useI18n();
  const key = preferences.queryKey;
  const show = (changed: Preference) =>
    queries.setQueryData(
      key,
      (old) =>
        old && { ...old, items: old.items.map((each) => (isSame(each, changed) ? changed : each)) },
    );
  return useMutation({
    mutationKey: ['preference'],
    mutationFn: ({ kind, channel, enabled }: Preference) =>
      take(
        api.PUT('/api/v1/notifications/preferences', {
          body: { items: [{ kind, channel, enabled } as Preference] },
        }),
      ),
    onMutate: async (wanted) => {
      await queries.cancelQueries({ queryKey: key });
      show(wanted);
    },
    onSuccess: () => announce(t('account.saved')),
    onError: (_, wanted) => show({ ...wanted, enabled: !wanted.enabled }),
    onSettled: () =>
      queries.isMutating({ mutationKey: ['preference'] }) === 1
        ? queries.invalidateQueries({ queryKey: key })
        : undefined,
  });
}

/** Which kinds of messages go out over which channels; what always goes shows that it does. */
function Kinds({ items }: { items: Preference[] }) {
  const { t } = useI18n();
  const change = useChoice();
  const kinds = [...new Set(items.map((each) => each.kind))];
  const channels = (['email', 'inbox', 'push', 'sms'] as const).filter((channel) =>
    items.some((each) => each.channel === channel),
  );
  const word = (kind: string) =>
    t(
      `prefs.kind.${kind}`,
      kind.replaceAll('_', ' ').replace(/^./, (c) => c.toUpperCase()),
    );
  return (
    <section className="panel">
      <h2>{t('prefs.title')}</h2>
      {change.error && <Failed error={change.error} />}
      <table className="matrix">
        <thead>
          <tr>
            <th scope="col">{t('prefs.what')}</th>
            {channels.map((channel) => (
              <th key={channel} scope="col">
                {t(`prefs.channel.${channel}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {kinds.map((kind) => (
            <tr key={kind}>
              <th scope="row">{word(kind)}</th>
              {channels.map((channel) => {
                const own = items.find((each) => each.kind === kind && each.channel === channel);
                return (
                  <td key={channel}>
                    {own?.always_sent && (
                      <Lock role="img" aria-label={t('prefs.alwaysSent')} size={18} />
                    )}
                    {own && !own.always_sent && (
                      <input
                        type="checkbox"
                        aria-label={`${word(kind)}: ${t(`prefs.channel.${channel}`)}`}
                        checked={own.enabled}
                        onChange={(event) =>
                          change.mutate({ ...own, enabled: event.target.checked })
                        }
                      />
                    )}
                    {!own && (
                      <span className="quiet" aria-hidden>
                        –
                      </span>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="quiet">{t('prefs.always')}</p>
    </section>
  );
}

/** Push messages to this browser: asked for by a click, and only then. */
function ThisDevice() {
  const { t, locale } = useI18n();
  const { data } = useQuery(devices);
  const mine = useQuery({ queryKey: ['push-device'], queryFn: pushDevice });
  const change = useMutation({
    mutationFn: (on: boolean) => (on ? subscribe() : unsubscribe()),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['push-device'] }),
        queries.invalidateQueries({ queryKey: devices.queryKey }),
      ]),
  });
  const forget = useMutation({
    mutationFn: (id: string) =>
      take(api.DELETE('/api/v1/users/devices/{id}', { params: { path: { id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: devices.queryKey }),
  });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  return (
    <section className="panel">
      <h2>{t('prefs.push')}</h2>
      <p>{t(canPush() ? 'prefs.pushText' : 'prefs.pushUnknown')}</p>
      {change.error && <Failed error={change.error} />}
      {canPush() && (
        <div className="row">
          <button
            type="button"
            className="button"
            aria-pressed={!!mine.data}
            disabled={mine.isPending || change.isPending}
            onClick={() => change.mutate(!mine.data)}
          >
            {t(mine.data ? 'prefs.pushOff' : 'prefs.pushOn')}
          </button>
        </div>
      )}
      {!!data?.length && (
        <ul className="order-lines">
          {data.map((device) => (
            <li key={device.id}>
              <span>
                {device.name || device.platform}{' '}
                <span className="quiet">{date.format(new Date(device.created_at))}</span>
              </span>
              <button
                type="button"
                className="button small"
                onClick={() => forget.mutate(device.id)}
                aria-label={t('prefs.forget', { name: device.name || device.platform })}
              >
                {t('prefs.forgetShort')}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

export function Preferences() {
  const { data, error, refetch } = useQuery(preferences);
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <div className="stack">
      <Kinds items={data.items ?? []} />
      <ThisDevice />
    </div>
  );
}
