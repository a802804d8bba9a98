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

export const myOrders = infiniteQueryOptions({
  queryKey: ['orders'],
  queryFn: ({ pageParam }) =>
    take(
      api.GET('/api/v1/orders', {
        params: { query: { page_size: 20, ...(pageParam && { page_token: pageParam }) } },
      }),
    ),
  refetchInterval: 10_000,
  ...paged,
});

const SETTLED = ['delivered', 'cancelled', 'payment_failed', 'refunded'];

/** Asked for again as long as something can still happen, sooner while the payment is open. */
export const order = (id: string) =>
  queryOptions({
    queryKey: ['order', id],
    queryFn: () => take(api.GET('/api/v1/orders/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => {
      const status = (state.data as Order | undefined)?.status;
      if (!status || status === 'pending') return 1500;
      return SETTLED.includes(status) ? false : 5000;
    },
  });
