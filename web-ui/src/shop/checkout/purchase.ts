import { useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { api, take } from '@/api/client';
import { isProblem, Unreachable } from '@/api/problem';
import { queries } from '@/app/queries';
import { useI18n } from '@/i18n';
import { cart } from '../cart';
import { declined } from '../declined';
import { goToAction } from '../payment-action';
import { placeOrder } from '../place-order';
import type { NewOrder } from '../place-order';
import { CardProblem } from './card-problem';
import { forgetDraft } from './draft';
import type { Problems } from './draft';

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

/** The SKU that an error is about: "items[1].sku" counts lines, others name it. */
function skuOf(field: string, message: string): string | undefined {
  const place = /^items\[(\d+)\]/.exec(field);
  if (place) return cart.lines()[Number(place[1])]?.sku;
  return cart.lines().find((line) => line.sku === field || message.includes(line.sku))?.sku;
}

/** Sends an order and says what came of it: where it worked, the next page; where not, why and at which field. */
export function usePurchase() {
  const { t } = useI18n();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState('');
  const [fields, setFields] = useState<Problems>({});
  const [gone, setGone] = useState(new Set<string>());
  const running = useRef(false);

  const explain = async (error: unknown) => {
    if (error instanceof Unreachable) return t('checkout.unknown');
    if (error instanceof CardProblem) return error.message;
    if (!isProblem(error)) return t('checkout.failed', { why: (error as Error).message });
    switch (error.code) {
      case 'payment_declined':
        return t(declined(error.body.decline_code));
      case 'out_of_stock':
        setGone(
          new Set(
            error.fields
              .map((each) => skuOf(each.field, each.message))
              .filter((sku) => sku !== undefined),
          ),
        );
        return t('checkout.outOfStock');
      case 'price_changed':
        await Promise.all([repriceCart(), queries.invalidateQueries({ queryKey: ['rates'] })]);
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

  /**
   * `order` may have to make a token of a card first; `who` finds out who orders, which may mean to open a
   * session.
   */
  const buy = async (order: () => Promise<NewOrder>, who: () => Promise<string>) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setSaid('');
    setFields({});
    setGone(new Set());
    try {
      const wanted = await order();
      const placed = await placeOrder(wanted, await who());
      forgetDraft();
      queries.setQueryData(['order', placed.id], placed);
      void queries.invalidateQueries({ queryKey: ['orders'] });
      if (goToAction(placed)) return;
      await navigate(`/thanks/${placed.id}`, { replace: true });
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
