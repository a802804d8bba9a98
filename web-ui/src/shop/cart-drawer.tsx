import { Link } from 'react-router';
import { Dialog, DialogDismiss, DialogHeading } from '@ariakit/react';
import { Trash2, X } from 'lucide-react';
import { useI18n } from '@/i18n';
import { formatMoney } from '@/ui/money';
import { Empty } from '@/ui/state';
import { cart, useCart } from './cart';
import type { CartLine } from './cart';
import { Picture } from './picture';
import { Quantity } from './quantity';

function Line({ line }: { line: CartLine }) {
  const { t, locale } = useI18n();
  const total = { ...line.price, amount: (line.price.amount ?? 0) * line.quantity };
  return (
    <li className="cart-line">
      <Link to={`/p/${line.slug}`} tabIndex={-1} aria-hidden>
        <Picture image={line.image} alt="" size={84} />
      </Link>
      <div>
        <Link to={`/p/${line.slug}`} className="cart-name">
          {line.name}
        </Link>
        {line.title && <p className="quiet">{line.title}</p>}
        <Quantity
          value={line.quantity}
          change={(quantity) => cart.set(line.sku, quantity)}
          label={t('cart.quantityOf', { name: line.name })}
        />
      </div>
      <div className="cart-line-end">
        <span className="price">{formatMoney(total, locale)}</span>
        <button
          type="button"
          className="bare"
          onClick={() => cart.remove(line.sku)}
          aria-label={t('cart.remove', { name: line.name })}
        >
          <Trash2 aria-hidden size={17} />
        </button>
      </div>
    </li>
  );
}

export function CartDrawer({ open, close }: { open: boolean; close: () => void }) {
  const { t, locale } = useI18n();
  const { lines, total } = useCart();
  return (
    <Dialog
      className="drawer"
      open={open}
      onClose={close}
      unmountOnHide
      backdrop={<div className="backdrop" />}
    >
      <div className="drawer-head">
        <DialogHeading>{t('cart.title')}</DialogHeading>
        <DialogDismiss className="bare" aria-label={t('cart.close')}>
          <X aria-hidden />
        </DialogDismiss>
      </div>
      {lines.length === 0 ? (
        <Empty title={t('cart.empty')} text={t('cart.emptyText')}>
          <Link className="button" to="/search" onClick={close}>
            {t('cart.browse')}
          </Link>
        </Empty>
      ) : (
        <>
          <ul className="cart-lines">
            {lines.map((line) => (
              <Line key={line.sku} line={line} />
            ))}
          </ul>
          <div className="drawer-foot">
            <dl className="sums">
              <dt className="sum">{t('cart.subtotal')}</dt>
              <dd className="sum">{formatMoney(total, locale)}</dd>
            </dl>
            <Link className="button primary wide" to="/checkout" onClick={close}>
              {t('cart.checkout')}
            </Link>
            <p className="quiet centred">{t('cart.note')}</p>
          </div>
        </>
      )}
    </Dialog>
  );
}
