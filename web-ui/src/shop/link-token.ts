import { useLocation } from 'react-router';

/** The token behind the '#' of a mail's link, which browsers send to nobody. */
export function useLinkToken(): string {
  const { hash } = useLocation();
  return new URLSearchParams(hash.slice(1)).get('token') ?? '';
}
