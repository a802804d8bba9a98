import { Link, useParams } from 'react-router';
import { useQuery } from '@tanstack/react-query';
import { api, newKey, take } from '@/api/client';
import type { Schemas } from '@/api/client';
import { isProblem } from '@/api/problem';
import { Field } from '@/ui/field';
import { Failed } from '@/ui/state';
import {
  ActDialog,
  asked,
  AVAILABILITY,
  Choice,
  Heading,
  List,
  SearchFilter,
  useFilters,
  useOffice,
  Word,
} from './parts';

function whole(text: string): number {
  if (!/^[+-]?\d{1,9}$/.test(text)) throw new Error(`"${text}"?`);
  return Number(text);
}

function Shelf({ sku }: { sku: string }) {
  const { t, time } = useOffice();
  const { data, error, refetch } = useQuery({
    queryKey: ['office', 'stock', sku],
    queryFn: () => take(api.GET('/api/v1/inventory/{sku}', { params: { path: { sku } } })),
  });
  const unknown = isProblem(error) && error.status === 404;
  if (error && !unknown) return <Failed error={error} retry={() => void refetch()} />;
  return (
    <>
      {unknown ? (
        <p className="notice">{t('noStock')}</p>
      ) : (
        <dl className="figures">
          {(['onHand', 'reserved', 'available'] as const).map((name) => (
            <div className="panel" key={name}>
              <dt>{t(name)}</dt>
              <dd>{data?.[name === 'onHand' ? 'on_hand' : name] ?? '…'}</dd>
            </div>
          ))}
        </dl>
      )}
      <div className="row">
        {!unknown && (
          <ActDialog
            label={t('adjust')}
            submit={async (text) =>
              take(
                api.POST('/api/v1/inventory/{sku}/adjustments', {
                  params: { path: { sku }, header: { 'Idempotency-Key': newKey() } },
                  body: { delta: whole(text('delta')), reason: text('reason') },
                }),
              )
            }
          >
            <Field label={t('adjustBy')} name="delta" required inputMode="numeric" />
            <Field label={t('reason')} name="reason" required maxLength={200} />
          </ActDialog>
        )}
        <ActDialog
          label={t('set')}
          submit={async (text) =>
            take(
              api.PUT('/api/v1/inventory/{sku}', {
                params: { path: { sku } },
                body: { on_hand: whole(text('on_hand')) },
              }),
            )
          }
        >
          <Field
            label={t('setTo')}
            name="on_hand"
            required
            inputMode="numeric"
            defaultValue={data?.on_hand}
          />
        </ActDialog>
      </div>
      {!unknown && (
        <>
          <h2>{t('movements')}</h2>
          <List<Schemas['Movement']>
            name={t('movements')}
            id={(movement) => movement.id}
            load={(page_token) =>
              take(
                api.GET('/api/v1/inventory/{sku}/movements', {
                  params: {
                    path: { sku },
                    query: { page_size: 25, ...(page_token && { page_token }) },
                  },
                }),
              )
            }
            columns={[
              [t('date'), (movement) => time(movement.created_at)],
              [t('kind'), (movement) => movement.kind],
              [t('reason'), (movement) => movement.reason || movement.order_id],
              [
                t('change'),
                (movement) => (movement.delta > 0 ? `+${movement.delta}` : movement.delta),
                'end',
              ],
            ]}
          />
        </>
      )}
    </>
  );
}

/** One article's shelf, with its ledger. */
export function StockRoom() {
  const { t } = useOffice();
  const { sku = '' } = useParams();
  return (
    <>
      <Heading title={sku}>
        <Link className="button small" to="/admin/inventory">
          {t('inventory')}
        </Link>
      </Heading>
      <Shelf key={sku} sku={sku} />
    </>
  );
}

export function Inventory() {
  const { t } = useOffice();
  const filters = useFilters();
  const query = asked({
    query: filters.get('query'),
    availability: filters.one('availability', AVAILABILITY),
  });
  return (
    <>
      <Heading title={t('inventory')}>
        <SearchFilter label={t('findSku')} />
        <Choice label={t('availability')} name="availability" options={AVAILABILITY} />
      </Heading>
      <List<Schemas['Stock']>
        name={t('inventory')}
        id={(stock) => stock.sku}
        load={(page_token) =>
          take(
            api.GET('/api/v1/inventory', {
              params: { query: { page_size: 25, ...query, ...(page_token && { page_token }) } },
            }),
          )
        }
        columns={[
          [t('sku'), (stock) => <Link to={`/admin/inventory/${stock.sku}`}>{stock.sku}</Link>],
          [t('availability'), (stock) => <Word status={stock.availability} />],
          [t('onHand'), (stock) => stock.on_hand ?? 0, 'end'],
          [t('reserved'), (stock) => stock.reserved ?? 0, 'end'],
          [t('available'), (stock) => stock.available ?? 0, 'end'],
        ]}
      />
    </>
  );
}
