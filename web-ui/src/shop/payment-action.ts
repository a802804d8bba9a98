import type { Order } from '@/api/client';
import { cart } from './cart';

const KEY = 'souk.paying';

/** Where the customer has to go before the order can be paid: a page of the provider or of the bank. */
export function actionUrl(order: Order): string | undefined {
  const url = order.payment?.next_action?.redirect_url;
  return url && /^https?:\/\//.test(url) ? url : undefined;
}

/** Goes there, if there is where to go. The cart stays as it is until the order is paid. */
export function goToAction(order: Order): boolean {
  const url = actionUrl(order);
  if (!url) return false;
  sessionStorage.setItem(KEY, order.id);
  window.location.assign(url);
  return true;
}

/** The order is paid for: what lay in the cart when it was placed is bought. */
export function settleAction(id: string) {
  if (sessionStorage.getItem(KEY) !== id) return;
  sessionStorage.removeItem(KEY);
  cart.clear();
}
