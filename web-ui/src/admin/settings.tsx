import { useQuery } from '@tanstack/react-query';
import { api, newKey, take } from '@/api/client';
import type { Schemas } from '@/api/client';
import { categories } from '@/api/queries';
import { Field } from '@/ui/field';
import { amountText, parseAmount } from '@/ui/money';
import { Failed, Loading } from '@/ui/state';
import { ActDialog, Heading, useOffice, Word } from './parts';

type Method = Schemas['ShippingMethod'];

/** "FR, de" -> ["FR", "DE"]; nothing: everywhere. */
const codes = (text: string) =>
  text
    .toUpperCase()
    .split(/[\s,;]+/)
    .filter(Boolean);

const count = (text: string) => (text ? Number(text) : undefined);

function MethodFields({ method, currency }: { method?: Method; currency: string }) {
  const { t } = useOffice();
  return (
    <>
      {!method && (
        <Field label={t('code')} name="code" required maxLength={50} pattern="[a-z0-9-]+" />
      )}
      <Field label={t('name')} name="name" required maxLength={100} defaultValue={method?.name} />
      <Field
        label={`${t('price')} (${currency})`}
        name="price"
        required
        inputMode="decimal"
        defaultValue={method ? amountText(method.price) : ''}
      />
      <Field
        label={`${t('freeFrom')} (${currency})`}
        name="free_from"
        inputMode="decimal"
        defaultValue={method?.free_from ? amountText(method.free_from) : ''}
      />
      <div className="columns">
        <Field
          label={t('minDays')}
          name="min_days"
          type="number"
          min={0}
          max={365}
          defaultValue={method?.min_days}
        />
        <Field
          label={t('maxDays')}
          name="max_days"
          type="number"
          min={0}
          max={365}
          defaultValue={method?.max_days}
        />
      </div>
      <Field
        label={t('countries')}
        name="countries"
        hint={t('countriesHint')}
        defaultValue={(method?.countries ?? []).join(', ')}
      />
      <label className="option">
        <input type="checkbox" name="active" defaultChecked={method?.active ?? true} />
        <span>{t('offered')}</span>
      </label>
    </>
  );
}

function Shipping() {
  const { t, money } = useOffice();
  const { data, error, refetch } = useQuery({
    queryKey: ['office', 'shipping'],
    queryFn: () => take(api.GET('/api/v1/shipping/methods')),
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  const methods = data.items ?? [];
  const currency = methods[0]?.price.currency ?? 'USD';
  const read = (text: (name: string) => string) => {
    const price = parseAmount(text('price'), currency);
    const free = text('free_from') ? parseAmount(text('free_from'), currency) : undefined;
    if (price === null || free === null) throw new Error(t('badAmount'));
    return {
      name: text('name'),
      price: { amount: price, currency },
      ...(free !== undefined && { free_from: { amount: free, currency } }),
      countries: codes(text('countries')),
      min_days: count(text('min_days')),
      max_days: count(text('max_days')),
      active: text('active') !== '',
    } as Omit<Method, 'code' | 'created_at' | 'updated_at'>;
  };
  return (
    <section className="panel">
      <div className="office-head">
        <h2>{t('shipping')}</h2>
        <ActDialog
          label={t('addMethod')}
          submit={async (text) =>
            take(
              api.POST('/api/v1/shipping/methods', {
                params: { header: { 'Idempotency-Key': newKey() } },
                body: { code: text('code'), ...read(text) },
              }),
            )
          }
        >
          <MethodFields currency={currency} />
        </ActDialog>
      </div>
      {methods.length === 0 && <p className="quiet">{t('noMethods')}</p>}
      <ul className="order-lines">
        {methods.map((method) => (
          <li key={method.code}>
            <span>
              <strong>{method.name}</strong>{' '}
              <span className="quiet">
                {method.code} ·{' '}
                {method.countries?.length ? method.countries.join(', ') : t('everywhere')}
              </span>
              {!method.active && <Word status="draft" />}
            </span>
            <span className="row">
              <span className="price">{money(method.price)}</span>
              <ActDialog
                label={t('edit')}
                about={method.name}
                submit={async (text) =>
                  take(
                    api.PUT('/api/v1/shipping/methods/{code}', {
                      params: { path: { code: method.code } },
                      body: read(text),
                    }),
                  )
                }
              >
                <MethodFields method={method} currency={currency} />
              </ActDialog>
              <ActDialog
                label={t('remove')}
                about={method.name}
                className="danger"
                submit={() =>
                  take(
                    api.DELETE('/api/v1/shipping/methods/{code}', {
                      params: { path: { code: method.code } },
                    }),
                  )
                }
              >
                <p>{method.name}</p>
              </ActDialog>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Categories() {
  const { t } = useOffice();
  const { data } = useQuery(categories);
  const all = (data ?? []).flatMap((top) => [top, ...(top.children ?? [])]);
  return (
    <section className="panel">
      <div className="office-head">
        <h2>{t('categories')}</h2>
        <ActDialog
          label={t('addCategory')}
          submit={(text) =>
            take(
              api.POST('/api/v1/categories', {
                params: { header: { 'Idempotency-Key': newKey() } },
                body: {
                  name: text('name'),
                  ...(text('parent') && { parent: text('parent') }),
                } as { name: string; slug: string; parent: string },
              }),
            )
          }
        >
          <Field label={t('name')} name="name" required maxLength={100} />
          <label className="field">
            {t('parent')}
            <select name="parent">
              <option value="">–</option>
              {(data ?? []).map((top) => (
                <option key={top.slug} value={top.slug}>
                  {top.name}
                </option>
              ))}
            </select>
          </label>
        </ActDialog>
      </div>
      <ul className="order-lines">
        {all.map((each) => (
          <li key={each.slug}>
            <span>{each.name}</span>
            <span className="quiet">{each.slug}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What the shop's owner decides once; what an operator decides is in the environment. */
export function Settings() {
  const { t } = useOffice();
  return (
    <>
      <Heading title={t('settings')} />
      <div className="halves">
        <Shipping />
        <Categories />
      </div>
    </>
  );
}
