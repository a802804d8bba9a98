import { api, take } from '@/api/client';
import type { Schemas } from '@/api/client';
import { currentAccount, hasEnded, onSession } from '@/api/session';
import { cart, onCart, variantTitle } from './cart';
import type { CartLine } from './cart';
import { thumbnailOf } from './picture';

/**
 * The cart of an account lies on the platform, so that it is there on the next device. What a browser had before
 * somebody signed in is merged into it once; from then on this browser shows the account's cart and tells the
 * platform what changes. Without the platform the browser's own copy is the cart.
 */
type Item = Schemas['CartItem'];

/** Whose cart lies in this browser. */
const OWNER = 'souk.cart.owner';
/** There while something was put in or taken out that the platform has not been told of. */
const UNSENT = 'souk.cart.unsent';
/** Several clicks on "one more" are one change. */
const PAUSE_MS = 400;

/** What the platform has, as far as is known here; null while there is nobody to keep a cart for. */
let known: Map<string, number> | null = null;
let work: Promise<void> = Promise.resolve();
let timer: ReturnType<typeof setTimeout> | undefined;

async function lineOf(item: Item): Promise<CartLine | null> {
  if (item.problem) return null;
  const { sku, quantity, unit_price: price } = item;
  const own = cart.lines().find((line) => line.sku === sku);
  if (own?.image) return { ...own, quantity, price };
  // Where the product cannot be had just now (a page that is left takes its requests along), the line is shown
  // with a drawing of the shop's, and looked for again with the next visit.
  const product = await take(
    api.GET('/api/v1/products/{id}', { params: { path: { id: item.product_id } } }),
  ).catch(() => null);
  const variant = product?.variants.find((each) => each.sku === sku);
  return {
    sku,
    quantity,
    price,
    slug: product?.slug ?? item.product_id,
    name: item.name,
    title: variant ? variantTitle(variant) : '',
    image: product ? thumbnailOf(product) : '',
  };
}

const quantities = (items: { sku: string; quantity: number }[]) =>
  new Map(items.map(({ sku, quantity }) => [sku, quantity]));

/** Takes the account's cart over, after giving it what was put in here before the account was known. */
async function adopt(user: string) {
  for (;;) {
    const before = cart.lines();
    const own = localStorage.getItem(OWNER) !== user || !!localStorage.getItem(UNSENT);
    const items = before.map(({ sku, quantity }) => ({ sku, quantity }));
    const reply =
      own && items.length > 0
        ? await take(api.POST('/api/v1/cart/merge', { body: { items } }))
        : await take(api.GET('/api/v1/cart'));
    const lines = await Promise.all((reply.items ?? []).map(lineOf));
    if (cart.lines() !== before) continue; // the shopper was quicker
    known = quantities(reply.items ?? []);
    localStorage.setItem(OWNER, user);
    cart.replace(lines.filter((line) => line !== null));
    localStorage.removeItem(UNSENT);
    return;
  }
}

/** Tells the platform in what the cart differs from what it has. */
async function push() {
  if (!known) return;
  const wanted = quantities(cart.lines());
  for (const [sku, quantity] of wanted) {
    if (known.get(sku) === quantity) continue;
    const params = { path: { sku } };
    await take(api.PUT('/api/v1/cart/items/{sku}', { params, body: { quantity } }));
    known.set(sku, quantity);
  }
  for (const sku of [...known.keys()].filter((each) => !wanted.has(each))) {
    await take(api.DELETE('/api/v1/cart/items/{sku}', { params: { path: { sku } } }));
    known.delete(sku);
  }
  localStorage.removeItem(UNSENT);
}

/** One thing after the other; what fails is made good by the next change or visit. */
const inTurn = (task: () => Promise<void>) => {
  work = work.then(task).catch(() => undefined);
};

let owner: string | null = null;

function sessionChanged() {
  const next = currentAccount()?.id ?? null;
  if (next === owner) return;
  const before = owner;
  owner = next;
  known = null;
  if (next) inTurn(() => adopt(next));
  else if (before && !hasEnded()) {
    // Signed out: the cart stays with the account. After a session that ran out it is still wanted here.
    localStorage.removeItem(OWNER);
    cart.clear();
  }
}

export function keepCartInSync() {
  onSession(sessionChanged);
  sessionChanged();
  onCart(() => {
    localStorage.setItem(UNSENT, '1');
    clearTimeout(timer);
    timer = setTimeout(() => inTurn(push), PAUSE_MS);
  });
}
