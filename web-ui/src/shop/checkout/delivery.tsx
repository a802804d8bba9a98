import { useQuery } from '@tanstack/react-query';
import { Truck } from 'lucide-react';
import { shippingRates } from '@/api/queries';
import { useI18n } from '@/i18n';
import { formatMoney } from '@/ui/money';
import { Failed } from '@/ui/state';
import { useCart } from '../cart';

/** How the order can be delivered to a country, and what of it is chosen: the cheapest unless something else is. */
export function useDelivery(country: string, wanted: string | undefined) {
  const { total } = useCart();
  const { data, error, refetch } = useQuery(shippingRates(country, total?.amount ?? 0));
  const rates = data?.items ?? [];
  const chosen = rates.find((rate) => rate.code === wanted) ?? rates[0];
  return {
    rates,
    chosen,
    free: !!data?.free_everywhere,
    known: !!data,
    /** The shop does not deliver there. */
    nowhere: !!data && rates.length === 0 && !data.free_everywhere,
    error,
    refetch,
  };
}

type Props = {
  delivery: ReturnType<typeof useDelivery>;
  country: string;
  choose: (code: string) => void;
};

export function DeliveryChoice({ delivery, country, choose }: Props) {
  const { t, language, locale } = useI18n();
  const { rates, chosen, nowhere, free, error, refetch } = delivery;
  if (free) return null;
  const days = (low?: number, high?: number) =>
    high === undefined
      ? ''
      : low === undefined || low === high
        ? t('checkout.days', { count: high })
        : t('checkout.daysRange', { low, high });
  return (
    <fieldset className="panel">
      <legend>{t('checkout.delivery')}</legend>
      {error && <Failed error={error} retry={() => void refetch()} />}
      {!delivery.known && !error && <div className="delivery-space" role="status" aria-busy />}
      {nowhere && (
        <p className="notice bad" role="alert">
          {t('checkout.nowhere', {
            country: new Intl.DisplayNames(language, { type: 'region' }).of(country),
          })}
        </p>
      )}
      {rates.map((rate) => (
        <label className="card-choice" key={rate.code}>
          <input
            type="radio"
            name="shipping"
            value={rate.code}
            checked={rate.code === chosen?.code}
            onChange={() => choose(rate.code)}
          />
          <Truck aria-hidden />
          <span>
            <strong>{rate.name}</strong>
            <span className="quiet">{days(rate.min_days, rate.max_days)}</span>
          </span>
          <span className="price">
            {rate.price.amount ? formatMoney(rate.price, locale) : t('cart.free')}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
