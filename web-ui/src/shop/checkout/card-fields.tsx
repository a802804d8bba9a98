import { useEffect, useRef, useState } from 'react';
import { loadStripe } from '@stripe/stripe-js/pure';
import type { Stripe, StripeCardElement } from '@stripe/stripe-js';
import { useI18n } from '@/i18n';
import { Loading } from '@/ui/state';
import { CardProblem } from './card-problem';

/**
 * Makes a token of the card that is filled in, which is good for one payment. Not `fresh`: the one that was made
 * last, so that asking again about an order whose outcome is not known is no second order.
 */
export type TokenOf = (name: string, fresh: boolean) => Promise<string>;

type Props = { publishableKey: string; offer: (token: TokenOf | null) => void };

/** The colours of the page, for fields that are not of this page. */
function looks(place: HTMLElement) {
  const style = getComputedStyle(place);
  const quiet = getComputedStyle(document.documentElement).getPropertyValue('--quiet').trim();
  return {
    base: {
      color: style.color,
      fontFamily: style.fontFamily,
      fontSize: '16px',
      '::placeholder': { color: quiet.startsWith('light-dark') ? style.color : quiet },
    },
  };
}

/**
 * Card number, expiry and code in fields of Stripe's own: what is typed there goes to Stripe and never to this
 * page (PCI DSS SAQ A).
 */
export default function CardFields({ publishableKey, offer }: Props) {
  const { t, language } = useI18n();
  const place = useRef<HTMLDivElement>(null);
  const [ready, setReady] = useState(false);
  const [problem, setProblem] = useState('');

  useEffect(() => {
    let mounted: StripeCardElement | undefined;
    let token: Promise<string> | undefined;
    let gone = false;
    const makeToken = async (stripe: Stripe, card: StripeCardElement, name: string) => {
      const made = await stripe.createPaymentMethod({
        type: 'card',
        card,
        billing_details: { name },
      });
      if (made.error) throw new CardProblem(made.error.message ?? t('checkout.cardWrong'));
      return made.paymentMethod.id;
    };
    const open = async () => {
      const stripe = await loadStripe(publishableKey, { locale: language });
      if (!stripe || gone || !place.current) return;
      const card = stripe.elements({ locale: language }).create('card', {
        style: looks(place.current),
        hidePostalCode: true,
      });
      card.on('ready', () => setReady(true));
      card.on('change', ({ error }) => {
        token = undefined;
        setProblem(error?.message ?? '');
      });
      card.mount(place.current);
      mounted = card;
      offer((name, fresh) => {
        if (fresh) token = undefined;
        token ??= makeToken(stripe, card, name).catch((error: unknown) => {
          token = undefined;
          throw error;
        });
        return token;
      });
    };
    open().catch(() => setProblem(t('checkout.cardUnreachable')));
    return () => {
      gone = true;
      offer(null);
      mounted?.destroy();
    };
  }, [publishableKey, language, offer, t]);

  return (
    <div className="card-fields">
      <div ref={place} className="card-place" data-testid="card-fields" />
      {!ready && !problem && <Loading />}
      {problem && (
        <p className="field-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
