import { QueryClient } from '@tanstack/react-query';
import { Problem } from '@/api/problem';

/** A refusal stays one; what may be a passing fault is tried again. */
const worthRetrying = (count: number, error: Error) =>
  count < 2 && !(error instanceof Problem && error.status < 500 && error.status !== 429);

export const queries = new QueryClient({
  defaultOptions: {
    // Asked for without a network too: the service worker may have it.
    queries: { retry: worthRetrying, refetchOnWindowFocus: true, networkMode: 'offlineFirst' },
    mutations: { networkMode: 'always' },
  },
});
