import { keepPreviousData, queryOptions, infiniteQueryOptions } from '@tanstack/react-query';
import { api, take } from './client';
import type { Order } from './client';

export type Sort = 'relevance' | 'newest' | 'price' | '-price' | 'name';
export type Criteria = {
  query?: string;
  category?: string;
  min_price?: number;
  max_price?: number;
  in_stock?: boolean;
  sort?: Sort;
};

const PAGE = 24;
const MINUTE = 60_000;

/** As the platform hands out pages: the token of the next, empty at the end. */
const paged = {
  initialPageParam: '',
  getNextPageParam: (last: { next_page_token?: string }) => last.next_page_token || undefined,
};

export const categories = queryOptions({
  queryKey: ['categories'],
  queryFn: () => take(api.GET('/api/v1/categories')),
  staleTime: 10 * MINUTE,
  select: (reply) => reply.items,
});

export const listing = (criteria: Criteria) =>
  infiniteQueryOptions({
    queryKey: ['products', criteria],
    queryFn: ({ pageParam }) =>
      take(
        api.GET('/api/v1/products', {
          params: {
            query: {
              ...criteria,
              page_size: PAGE,
              ...(pageParam ? { page_token: pageParam } : { facets: true }),
            },
          },
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: MINUTE / 2,
    ...paged,
  });

export const shelf = (criteria: Criteria, size: number) =>
  queryOptions({
    queryKey: ['shelf', criteria, size],
    queryFn: () =>
      take(api.GET('/api/v1/products', { params: { query: { ...criteria, page_size: size } } })),
    staleTime: MINUTE,
    select: (reply) => reply.items,
  });

export const product = (id: string) =>
  queryOptions({
    queryKey: ['product', id],
    queryFn: () => take(api.GET('/api/v1/products/{id}', { params: { path: { id } } })),
    staleTime: MINUTE / 4,
  });

export const related = (id: string) =>
  queryOptions({
    queryKey: ['related', id],
    queryFn: () =>
      take(
        api.GET('/api/v1/products/{id}/related', {
          params: { path: { id }, query: { limit: 4 } },
        }),
      ),
    staleTime: MINUTE,
    select: (reply) => reply.items,
  });

export const myOrders = infiniteQueryOptions({
  queryKey: ['orders'],
  queryFn: ({ pageParam }) =>
    take(
      api.GET('/api/v1/orders', {
        params: { query: { page_size: 20, ...(pageParam && { page_token: pageParam }) } },
      }),
    ),
  refetchInterval: 30_000,
  ...paged,
});

/** What delivery to a country costs for goods of `subtotal`, the cheapest first. */
export const shippingRates = (country: string, subtotal: number) =>
  queryOptions({
    queryKey: ['rates', country, subtotal],
    queryFn: () =>
      take(api.GET('/api/v1/shipping/rates', { params: { query: { country, subtotal } } })),
    placeholderData: keepPreviousData,
    staleTime: MINUTE,
  });

/** How this shop can be paid: a matter of its settings, so it is asked for once. */
export const paymentMethods = (currency: string) =>
  queryOptions({
    queryKey: ['payment-methods', currency],
    queryFn: () => take(api.GET('/api/v1/payments/methods', { params: { query: { currency } } })),
    staleTime: Infinity,
    select: (reply) => reply.items,
  });

export const sessions = queryOptions({
  queryKey: ['sessions'],
  queryFn: () => take(api.GET('/api/v1/users/sessions')),
  select: (reply) => reply.items,
});

export const addresses = queryOptions({
  queryKey: ['addresses'],
  queryFn: () => take(api.GET('/api/v1/users/addresses')),
  select: (reply) => reply.items,
});

export const inbox = infiniteQueryOptions({
  queryKey: ['inbox'],
  queryFn: ({ pageParam }) =>
    take(
      api.GET('/api/v1/notifications', {
        params: { query: { page_size: 20, ...(pageParam && { page_token: pageParam }) } },
      }),
    ),
  ...paged,
});

export const preferences = queryOptions({
  queryKey: ['preferences'],
  queryFn: () => take(api.GET('/api/v1/notifications/preferences')),
});

export const devices = queryOptions({
  queryKey: ['devices'],
  queryFn: () => take(api.GET('/api/v1/users/devices')),
  select: (reply) => reply.items,
});

const SETTLED = ['delivered', 'cancelled', 'payment_failed', 'refunded'];

/**
 * Asked for again as long as something can still happen, sooner while the payment is open. Live events come
 * before that; this is for where they do not.
 */
export const order = (id: string) =>
  queryOptions({
    queryKey: ['order', id],
    queryFn: () => take(api.GET('/api/v1/orders/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => {
      const status = (state.data as Order | undefined)?.status;
      if (!status || status === 'pending') return 1500;
      return SETTLED.includes(status) ? false : 20_000;
    },
  });
