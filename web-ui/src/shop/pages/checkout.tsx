import { useCallback, useEffect, useRef, useState } from 'react';
import type { FormEvent } from 'react';
import { Link, Navigate, useLocation } from 'react-router';
import { Lock } from 'lucide-react';
import { api, newKey, take } from '@/api/client';
import { isGuest, signedIn, useSession } from '@/api/session';
import type { User } from '@/api/session';
import { queries } from '@/app/queries';
import { useI18n } from '@/i18n';
import { focusFirstProblem } from '@/ui/field';
import { formatMoney } from '@/ui/money';
import { Empty, Loading } from '@/ui/state';
import { useTitle } from '@/ui/title';
import { currentAttempt } from '../attempt';
import { useCart } from '../cart';
import { Contact, DeliveryAddress } from '../checkout/address';
import { DeliveryChoice, useDelivery } from '../checkout/delivery';
import { addressOf, CARDS, keepDraft, keptDraft, NEEDED, orderFrom } from '../checkout/draft';
import type { Draft, Problems } from '../checkout/draft';
import { PaymentChoice, usePayment } from '../checkout/payment';
import { usePurchase } from '../checkout/purchase';
import { Summary } from '../checkout/summary';
import { likelyCountry } from '../countries';
import type { NewOrder } from '../place-order';

/** A session for somebody without an account; the one that there is where it has this address. */
async function guestSession(user: User | null, draft: Draft, locale: string): Promise<string> {
  const email = (draft.email ?? '').trim();
  if (user && isGuest(user) && user.email === email.toLowerCase()) return user.id;
  const full_name = (draft.full_name ?? '').trim();
  const session = await take(
    api.POST('/api/v1/auth/guest', { body: { email, full_name, use_cookie: true, locale } }),
  );
  signedIn(session);
  return session.user.id;
}

async function saveAddress(draft: Draft) {
  await take(
    api.POST('/api/v1/users/addresses', {
      params: { header: { 'Idempotency-Key': newKey() } },
      body: { label: '', address: addressOf(draft), is_default: false },
    }),
  ).catch(() => undefined); // the order matters more
  void queries.invalidateQueries({ queryKey: ['addresses'] });
}

function CheckoutForm() {
  const { t, language, locale } = useI18n();
  const { user, account } = useSession();
  const { total: goods } = useCart();
  const { buy, busy, said, fields, setFields, gone } = usePurchase();
  const form = useRef<HTMLFormElement>(null);
  const alert = useRef<HTMLDivElement>(null);
  const [draft, setDraft] = useState<Draft>(() => {
    const kept = keptDraft();
    return {
      country: likelyCountry(),
      card: CARDS[0],
      ...kept,
      full_name: kept.full_name || (user?.full_name ?? ''),
      email: kept.email || (user?.email ?? ''),
    };
  });
  const delivery = useDelivery(draft.country ?? '', draft.shipping);
  const payment = usePayment(draft, goods?.currency);
  const resumed = useRef(false);
  const [open] = useState(currentAttempt); // what was on its way before this page
  const set = useCallback((changes: Draft) => setDraft((old) => ({ ...old, ...changes })), []);
  const total = goods && {
    ...goods,
    amount: (goods.amount ?? 0) + (delivery.chosen?.price.amount ?? 0),
  };

  useEffect(() => keepDraft(draft), [draft]);
  useEffect(() => {
    if (said) alert.current?.focus();
  }, [said]);
  // The page went away while an order was on its way: ask how it ended, under the same key.
  useEffect(() => {
    if (resumed.current || !open?.sent || !user || open.user !== user.id) return;
    resumed.current = true;
    void buy(
      async () => JSON.parse(open.body) as NewOrder,
      async () => user.id,
    );
  });

  const missing = (): Problems => ({
    ...(!account &&
      !/^\S+@\S+$/.test(draft.email?.trim() ?? '') && {
        email: t(draft.email ? 'auth.badEmail' : 'auth.required'),
      }),
    ...Object.fromEntries(
      NEEDED.filter((name) => !draft[name]?.trim()).map((name) => [name, t('auth.required')]),
    ),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = missing();
    if (Object.keys(found).length > 0) {
      setFields(found);
      focusFirstProblem(form.current);
      return;
    }
    const chosen = delivery.chosen && {
      code: delivery.chosen.code,
      amount: delivery.chosen.price.amount ?? 0,
    };
    const keep = account && draft.keep === 'yes' && !draft.saved;
    void buy(
      async () => orderFrom(draft, chosen, await payment.instrument()),
      async () => {
        if (!account) return guestSession(user, draft, language);
        if (keep) void saveAddress(draft);
        return account.id;
      },
    );
  };

  const parts = { draft, set, fields };
  const ready = delivery.known && !delivery.nowhere && !!payment.chosen;
  return (
    <form className="checkout" ref={form} onSubmit={submit} noValidate>
      <div>
        {said && (
          <div className="notice bad" role="alert" tabIndex={-1} ref={alert}>
            {said}
          </div>
        )}
        {!account && <Contact {...parts} />}
        <DeliveryAddress {...parts} />
        <DeliveryChoice
          delivery={delivery}
          country={draft.country ?? ''}
          choose={(shipping) => set({ shipping })}
        />
        <PaymentChoice payment={payment} draft={draft} set={set} />
      </div>
      <div className="checkout-side">
        <Summary
          gone={gone}
          {...(goods &&
            ready && {
              delivery: delivery.chosen?.price ?? { ...goods, amount: 0 },
            })}
          {...(total && { total })}
        />
        <button
          type="submit"
          className="button primary wide"
          disabled={busy || !ready}
          aria-busy={busy}
        >
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
  const { known, user, ended } = useSession();
  const { lines } = useCart();
  const asGuest = (useLocation().state as { guest?: boolean } | null)?.guest;
  useTitle(t('checkout.title'));
  if (!known) return <Loading />;
  if (!user && ended && !asGuest) return <Navigate to="/login?next=%2Fcheckout" replace />;
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
