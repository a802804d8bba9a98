import type { Money } from '@/api/client';
import { useI18n } from '@/i18n';
import { formatMoney } from '@/ui/money';
import { cart, useCart } from '../cart';
import { Picture } from '../picture';

type Props = { gone: Set<string>; delivery?: Money; total?: Money };

/** What is about to be bought. What has just sold out is marked, and taken out by a button. */
export function Summary({ gone, delivery, total }: Props) {
  const { t, locale } = useI18n();
  const { lines, total: goods } = useCart();
  return (
    <section className="summary" aria-labelledby="summary">
      <h2 id="summary">{t('checkout.summary')}</h2>
      <ul>
        {lines.map((line) => (
          <li key={line.sku} className={gone.has(line.sku) ? 'gone' : ''}>
            <Picture image={line.image} alt="" size={64} />
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
        <dd>{formatMoney(goods, locale)}</dd>
        <dt>{t('cart.delivery')}</dt>
        <dd>{delivery && (delivery.amount ? formatMoney(delivery, locale) : t('cart.free'))}</dd>
        <dt className="sum">{t('cart.total')}</dt>
        <dd className="sum">{formatMoney(total, locale)}</dd>
      </dl>
    </section>
  );
}
