import { useEffect, useRef, useState } from 'react';
import type { FormEvent } from 'react';
import { Link, Navigate, useNavigate } from 'react-router';
import { CreditCard, Lock } from 'lucide-react';
import { api, take } from '@/api/client';
import type { Order } from '@/api/client';
import { isProblem, Unreachable } from '@/api/problem';
import { useSession } from '@/api/session';
import { queries } from '@/app/queries';
import { useI18n } from '@/i18n';
import { Field, focusFirstProblem } from '@/ui/field';
import { formatMoney } from '@/ui/money';
import { Empty, Loading } from '@/ui/state';
import { useTitle } from '@/ui/title';
import { currentAttempt } from '../attempt';
import { cart, useCart } from '../cart';
import { countries, likelyCountry } from '../countries';
import { Picture } from '../picture';
import { goToAction } from '../payment-action';
import { placeOrder } from '../place-order';
import type { NewOrder } from '../place-order';

const CARDS = ['tok_visa', 'tok_3ds', 'tok_declined', 'tok_insufficient_funds'] as const;
const DRAFT = 'souk.checkout';
const NEEDED = ['full_name', 'line1', 'city', 'postal_code'] as const;
type Draft = Record<string, string>;
type Problems = Record<string, string>;

function keptDraft(): Draft {
  try {
    return (JSON.parse(sessionStorage.getItem(DRAFT) ?? '{}') ?? {}) as Draft;
  } catch {
    return {};
  }
}

/** What the form says, as an order for what lies in the cart. */
function orderFrom(draft: Draft): NewOrder {
  const text = (name: string) => (draft[name] ?? '').trim();
  const total = cart
    .lines()
    .reduce((sum, line) => sum + (line.price.amount ?? 0) * line.quantity, 0);
  return {
    items: cart.lines().map(({ sku, quantity }) => ({ sku, quantity })),
    shipping_address: {
      full_name: text('full_name'),
      line1: text('line1'),
      ...(text('line2') && { line2: text('line2') }),
      city: text('city'),
      ...(text('region') && { region: text('region') }),
      postal_code: text('postal_code'),
      country: text('country'),
    },
    payment: { method: 'card', token: draft.card ?? CARDS[0] },
    expected_total: { amount: total, currency: cart.lines()[0]?.price.currency ?? 'USD' },
  };
}

/** The prices of today, after the platform said that some are other than the cart's. */
async function repriceCart() {
  await Promise.all(
    cart.lines().map(async (line) => {
      const product = await take(
        api.GET('/api/v1/products/{id}', { params: { path: { id: line.slug } } }),
      ).catch(() => null);
      const variant = product?.variants.find((each) => each.sku === line.sku);
      if (variant) cart.reprice(line.sku, variant.price);
    }),
  );
}

function Summary({ gone }: { gone: Set<string> }) {
  const { t, locale } = useI18n();
  const { lines, total } = useCart();
  return (
    <section className="summary" aria-labelledby="summary">
      <h2 id="summary">{t('checkout.summary')}</h2>
      <ul>
        {lines.map((line) => (
          <li key={line.sku} className={gone.has(line.sku) ? 'gone' : ''}>
            <Picture src={line.image} alt="" size={64} />
            <div>
              <p>
                {line.name} <span className="quiet">× {line.quantity}</span>
              </p>
              {line.title && <p className="quiet">{line.title}</p>}
              {gone.has(line.sku) && (
                <p className="field-problem">{t('checkout.outOfStockLine')}</p>
              )}
            </div>
            <span className="price">
              {formatMoney(
                { ...line.price, amount: (line.price.amount ?? 0) * line.quantity },
                locale,
              )}
            </span>
          </li>
        ))}
      </ul>
      {gone.size > 0 && (
        <button
          type="button"
          className="button small"
          onClick={() => gone.forEach((sku) => cart.remove(sku))}
        >
          {t('checkout.removeGone')}
        </button>
      )}
      <dl className="sums">
        <dt>{t('cart.subtotal')}</dt>
        <dd>{formatMoney(total, locale)}</dd>
        <dt>{t('cart.delivery')}</dt>
        <dd>{t('cart.free')}</dd>
        <dt className="sum">{t('cart.total')}</dt>
        <dd className="sum">{formatMoney(total, locale)}</dd>
      </dl>
    </section>
  );
}

function usePurchase() {
  const { t } = useI18n();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState('');
  const [fields, setFields] = useState<Problems>({});
  const [gone, setGone] = useState(new Set<string>());
  const running = useRef(false);

  const explain = async (error: unknown) => {
    if (error instanceof Unreachable) return t('checkout.unknown');
    if (!isProblem(error)) return t('checkout.failed', { why: (error as Error).message });
    const skus = error.fields.map((each) =>
      each.code === 'out_of_stock' || error.code === 'out_of_stock'
        ? skuOf(each.field, each.message)
        : undefined,
    );
    switch (error.code) {
      case 'payment_declined':
        return t('checkout.declined');
      case 'out_of_stock':
        setGone(new Set(skus.filter((sku) => sku !== undefined)));
        return t('checkout.outOfStock');
      case 'price_changed':
        await repriceCart();
        return t('checkout.priceChanged');
      case 'idempotency_in_progress':
        return t('checkout.unknown');
    }
    if (error.status === 429 || error.status === 503) return t('checkout.busy');
    if (error.fields.length > 0) {
      setFields(
        Object.fromEntries(
          error.fields.map((each) => [each.field.replace(/^shipping_address\./, ''), each.message]),
        ),
      );
      return t('checkout.invalid');
    }
    return t('checkout.failed', { why: error.message });
  };

  const buy = async (wanted: NewOrder) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setSaid('');
    setFields({});
    setGone(new Set());
    try {
      const order: Order = await placeOrder(wanted);
      sessionStorage.removeItem(DRAFT);
      queries.setQueryData(['order', order.id], order);
      void queries.invalidateQueries({ queryKey: ['orders'] });
      if (goToAction(order)) return;
      await navigate(`/thanks/${order.id}`, { replace: true });
      cart.clear();
    } catch (error) {
      setSaid(await explain(error));
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return { buy, busy, said, fields, setFields, gone };
}

/** The SKU that an error is about: "items[1].sku" counts lines, others name it. */
function skuOf(field: string, message: string): string | undefined {
  const place = /^items\[(\d+)\]/.exec(field);
  if (place) return cart.lines()[Number(place[1])]?.sku;
  return cart.lines().find((line) => line.sku === field || message.includes(line.sku))?.sku;
}

function CheckoutForm() {
  const { t, language, locale } = useI18n();
  const { user } = useSession();
  const { total } = useCart();
  const { buy, busy, said, fields, setFields, gone } = usePurchase();
  const form = useRef<HTMLFormElement>(null);
  const alert = useRef<HTMLDivElement>(null);
  const [draft, setDraft] = useState<Draft>(() => ({
    full_name: user?.full_name ?? '',
    country: likelyCountry(),
    card: CARDS[0],
    ...keptDraft(),
  }));
  const resumed = useRef(false);
  const open = currentAttempt();

  useEffect(() => sessionStorage.setItem(DRAFT, JSON.stringify(draft)), [draft]);
  useEffect(() => {
    if (said) alert.current?.focus();
  }, [said]);
  // The page went away while an order was on its way: ask how it ended, under the same key.
  useEffect(() => {
    if (resumed.current || !open?.sent) return;
    resumed.current = true;
    void buy(JSON.parse(open.body) as NewOrder);
  });

  const set = (name: string, value: string) => setDraft((old) => ({ ...old, [name]: value }));
  const input = (name: string, autoComplete: string, needed = true) => ({
    name,
    autoComplete: `shipping ${autoComplete}`,
    value: draft[name] ?? '',
    maxLength: 200,
    onChange: (event: { target: HTMLInputElement }) => set(name, event.target.value),
    'aria-required': needed,
    ...(fields[name] && { problem: fields[name] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const missing = NEEDED.filter((name) => !draft[name]?.trim());
    if (missing.length > 0) {
      setFields(Object.fromEntries(missing.map((name) => [name, t('auth.required')])));
      focusFirstProblem(form.current);
      return;
    }
    void buy(orderFrom(draft));
  };

  return (
    <form className="checkout" ref={form} onSubmit={submit} noValidate>
      <div>
        {said && (
          <div className="notice bad" role="alert" tabIndex={-1} ref={alert}>
            {said}
          </div>
        )}
        <fieldset className="panel">
          <legend>{t('checkout.address')}</legend>
          <Field label={t('checkout.name')} {...input('full_name', 'name')} />
          <Field label={t('checkout.line1')} {...input('line1', 'address-line1')} />
          <Field label={t('checkout.line2')} {...input('line2', 'address-line2', false)} />
          <div className="columns">
            <Field
              label={t('checkout.postal')}
              {...input('postal_code', 'postal-code')}
              maxLength={20}
            />
            <Field label={t('checkout.city')} {...input('city', 'address-level2')} />
          </div>
          <div className="columns">
            <Field label={t('checkout.region')} {...input('region', 'address-level1', false)} />
            <label className="field">
              {t('checkout.country')}
              <select
                name="country"
                autoComplete="shipping country"
                value={draft.country}
                onChange={(event) => set('country', event.target.value)}
              >
                {countries(language).map(({ code, name }) => (
                  <option key={code} value={code}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
          </div>
        </fieldset>
        <fieldset className="panel">
          <legend>{t('checkout.payment')}</legend>
          <p className="quiet">{t('checkout.cardNote')}</p>
          {CARDS.map((token) => (
            <label className="card-choice" key={token}>
              <input
                type="radio"
                name="card"
                value={token}
                checked={draft.card === token}
                onChange={() => set('card', token)}
              />
              <CreditCard aria-hidden />
              <span>
                <strong>{t(`checkout.cards.${token}`)}</strong>
                <span className="quiet">{t(`checkout.cardHints.${token}`)}</span>
              </span>
            </label>
          ))}
        </fieldset>
      </div>
      <div className="checkout-side">
        <Summary gone={gone} />
        <button type="submit" className="button primary wide" disabled={busy} aria-busy={busy}>
          <Lock aria-hidden size={16} />
          {busy ? t('checkout.paying') : t('checkout.pay', { total: formatMoney(total, locale) })}
        </button>
        <p className="quiet centred">{t('checkout.secure')}</p>
      </div>
    </form>
  );
}

export function Checkout() {
  const { t } = useI18n();
  const { known, user } = useSession();
  const { lines } = useCart();
  useTitle(t('checkout.title'));
  if (!known) return <Loading />;
  if (!user) return <Navigate to="/login?next=%2Fcheckout" replace />;
  return (
    <div className="wrap page">
      <h1>{t('checkout.title')}</h1>
      {lines.length === 0 && !currentAttempt() ? (
        <Empty title={t('cart.empty')} text={t('cart.emptyText')}>
          <Link className="button" to="/search">
            {t('cart.browse')}
          </Link>
        </Empty>
      ) : (
        <CheckoutForm />
      )}
    </div>
  );
}
