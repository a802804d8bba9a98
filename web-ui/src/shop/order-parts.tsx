import type { Address, Order } from '@/api/client';
import { useI18n } from '@/i18n';
import { formatMoney } from '@/ui/money';

const STEPS = ['pending', 'confirmed', 'fulfilled', 'delivered'] as const;

export function Status({ status }: { status: string }) {
  const { t } = useI18n();
  return <span className={`status ${status}`}>{t(`status.${status}`, status)}</span>;
}

/** How far the order is. One that ended otherwise shows its status alone. */
export function Progress({ status }: { status: string }) {
  const { t } = useI18n();
  const shown = status === 'partially_refunded' ? 'confirmed' : status;
  const reached = STEPS.findIndex((step) => step === shown);
  if (reached < 0) return null;
  return (
    <ol className="progress" aria-label={t('account.progress')}>
      {STEPS.map((step, i) => (
        <li
          key={step}
          className={i <= reached ? 'done' : ''}
          aria-current={i === reached ? 'step' : undefined}
        >
          {t(`step.${step}`)}
        </li>
      ))}
    </ol>
  );
}

export function OrderLines({ order }: { order: Order }) {
  const { t, locale } = useI18n();
  const money = (amount: Order['total'] | undefined) => formatMoney(amount, locale);
  return (
    <>
      <ul className="order-lines">
        {(order.items ?? []).map((item) => (
          <li key={item.sku}>
            <span>
              {item.name} <span className="quiet">× {item.quantity}</span>
            </span>
            <span className="price">{money(item.total)}</span>
          </li>
        ))}
      </ul>
      <dl className="sums">
        <dt>{t('cart.subtotal')}</dt>
        <dd>{money(order.subtotal)}</dd>
        <dt>{t('cart.delivery')}</dt>
        <dd>{order.shipping_total?.amount ? money(order.shipping_total) : t('cart.free')}</dd>
        <dt className="sum">{t('cart.total')}</dt>
        <dd className="sum">{money(order.total)}</dd>
        {!!order.refunded_total?.amount && (
          <>
            <dt>{t('account.refunded')}</dt>
            <dd>−{money(order.refunded_total)}</dd>
          </>
        )}
      </dl>
    </>
  );
}

export function AddressLines({ address }: { address: Address }) {
  const { language } = useI18n();
  const country = new Intl.DisplayNames(language, { type: 'region' }).of(address.country);
  return (
    <address>
      {[
        address.full_name,
        address.line1,
        address.line2,
        `${address.postal_code} ${address.city}`,
        address.region,
        country,
      ]
        .filter(Boolean)
        .map((line, i) => (
          <span key={i}>{line}</span>
        ))}
    </address>
  );
}

export const AddressText = ({ order }: { order: Order }) =>
  order.shipping_address ? <AddressLines address={order.shipping_address} /> : null;
