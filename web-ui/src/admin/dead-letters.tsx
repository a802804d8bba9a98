import { api, take } from '@/api/client';
import type { Schemas } from '@/api/client';
import { ActDialog, Choice, Heading, List, SearchFilter, useFilters, useOffice } from './parts';

const SERVICES = [
  'inventory-service',
  'notification-service',
  'order-service',
  'payment-service',
  'product-service',
] as const;

type Letter = Schemas['InspectedDeadLetter'];

const pretty = (json: string) => {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
};

/** Events that a service could not apply, with why; applied again by a button once the reason is gone. */
export function DeadLetters() {
  const { t, time } = useOffice();
  const filters = useFilters();
  const service = filters.one('service', SERVICES) ?? 'order-service';
  const topic = filters.get('topic');
  return (
    <>
      <Heading title={t('deadLetters')}>
        <SearchFilter name="topic" label={t('topic')} />
        <Choice label={t('service')} name="service" options={SERVICES} first="order-service" />
      </Heading>
      <p className="quiet">{t('deadLettersText')}</p>
      <List<Letter>
        name={t('deadLetters')}
        id={(letter) => letter.id}
        load={(page_token) =>
          take(
            api.GET('/api/v1/admin/dead-letters', {
              params: {
                query: {
                  service,
                  page_size: 25,
                  ...(topic && { topic }),
                  ...(page_token && { page_token }),
                },
              },
            }),
          )
        }
        columns={[
          [t('date'), (letter) => time(letter.dead_at)],
          [t('topic'), (letter) => letter.topic],
          [
            t('reason'),
            (letter) => (
              <details>
                <summary>{letter.reason}</summary>
                <pre>{pretty(letter.payload)}</pre>
              </details>
            ),
          ],
          [t('attempts'), (letter) => letter.attempts, 'end'],
          [
            t('actions'),
            (letter) => (
              <ActDialog
                label={t('replay')}
                about={letter.topic}
                submit={async () => {
                  const { failed } = await take(
                    api.POST('/api/v1/admin/dead-letters/replay', {
                      body: { service, ids: [letter.id] },
                    }),
                  );
                  if (failed) throw new Error(t('stillDead', { count: failed }));
                }}
              >
                <p>{t('replayText')}</p>
              </ActDialog>
            ),
            'end',
          ],
        ]}
      />
    </>
  );
}
