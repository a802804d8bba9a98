import { lazy, Suspense, useCallback, useRef } from 'react';
import { useQuery } from '@tanstack/react-query';
import { CreditCard, Wallet } from 'lucide-react';
import type { Schemas } from '@/api/client';
import { paymentMethods } from '@/api/queries';
import { useI18n } from '@/i18n';
import { Failed, Loading } from '@/ui/state';
import { currentAttempt } from '../attempt';
import { CARDS } from './draft';
import type { Draft } from './draft';
import type { TokenOf } from './card-fields';

const CardFields = lazy(() => import('./card-fields'));

export type Instrument = Schemas['PaymentInstrument'];

/** A shop whose cards go to Stripe takes none on this page without the key that opens Stripe's fields. */
const canAsk = ({ provider, publishable_key }: Schemas['PaymentMethod']) =>
  provider !== 'stripe' || !!publishable_key;

/** How this shop can be paid, what of it is chosen, and the instrument that an order is sent with. */
export function usePayment(draft: Draft, currency: string | undefined) {
  const { data, error, refetch } = useQuery(paymentMethods(currency ?? 'USD'));
  const token = useRef<TokenOf | null>(null);
  const offer = useCallback((next: TokenOf | null) => {
    token.current = next;
  }, []);
  const ways = (data ?? []).filter(canAsk);
  const chosen = ways.find((way) => way.method === draft.way) ?? ways[0];

  /** Throws CardProblem where the card is not right. */
  const instrument = async (): Promise<Instrument> => {
    if (chosen?.method === 'paypal') return { method: 'paypal' } as Instrument; // whose customer is asked there
    if (chosen?.provider !== 'stripe') return { method: 'card', token: draft.card ?? CARDS[0] };
    const make = token.current;
    if (!make) throw new Error('the card fields are not there yet');
    return { method: 'card', token: await make(draft.full_name ?? '', !currentAttempt()) };
  };
  return { ways, chosen, instrument, offer, known: !!data, error, refetch };
}

type Props = {
  payment: ReturnType<typeof usePayment>;
  draft: Draft;
  set: (changes: Draft) => void;
};

/** The sandbox takes no cards: how the bank should answer is chosen. */
function TestCards({ draft, set }: Pick<Props, 'draft' | 'set'>) {
  const { t } = useI18n();
  return (
    <>
      <p className="quiet">{t('checkout.cardNote')}</p>
      {CARDS.map((token) => (
        <label className="card-choice" key={token}>
          <input
            type="radio"
            name="way"
            value={token}
            checked={draft.card === token && draft.way !== 'paypal'}
            onChange={() => set({ card: token, way: 'card' })}
          />
          <CreditCard aria-hidden />
          <span>
            <strong>{t(`checkout.cards.${token}`)}</strong>
            <span className="quiet">{t(`checkout.cardHints.${token}`)}</span>
          </span>
        </label>
      ))}
    </>
  );
}

export function PaymentChoice({ payment, draft, set }: Props) {
  const { t } = useI18n();
  const { ways, chosen, known, error, refetch, offer } = payment;
  return (
    <fieldset className="panel">
      <legend>{t('checkout.payment')}</legend>
      {error && <Failed error={error} retry={() => void refetch()} />}
      {!known && !error && <Loading />}
      {known && ways.length === 0 && (
        <p className="notice bad" role="alert">
          {t('checkout.noWay')}
        </p>
      )}
      {ways.map((way) =>
        way.method === 'card' && way.provider !== 'stripe' ? (
          <TestCards key={way.method} draft={draft} set={set} />
        ) : (
          <div key={way.method}>
            <label className="card-choice">
              <input
                type="radio"
                name="way"
                value={way.method}
                checked={way === chosen}
                onChange={() => set({ way: way.method })}
              />
              {way.method === 'card' ? <CreditCard aria-hidden /> : <Wallet aria-hidden />}
              <span>
                <strong>{t(`checkout.ways.${way.method}`)}</strong>
                <span className="quiet">{t(`checkout.wayHints.${way.method}`)}</span>
              </span>
            </label>
            {way === chosen && way.provider === 'stripe' && (
              <Suspense fallback={<Loading />}>
                <CardFields publishableKey={way.publishable_key} offer={offer} />
              </Suspense>
            )}
          </div>
        ),
      )}
    </fieldset>
  );
}
