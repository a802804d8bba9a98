import { newKey } from '@/api/client';

/**
 * One try to buy. It is written down before it is sent and keeps its Idempotency-Key until its outcome is
 * known: a second click, a reload or a retry after a lost answer asks about the same order, not for another.
 */
export type Attempt = { key: string; body: string; user: string; sent: boolean };

const KEY = 'souk.attempt';

export function currentAttempt(): Attempt | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Attempt | null;
    return kept?.key && kept.body ? kept : null;
  } catch {
    return null;
  }
}

/** The attempt of `user` for this order: the one that is open where it is the same, a new one where not. */
export function attemptFor(order: object, user: string): Attempt {
  const body = JSON.stringify(order);
  const open = currentAttempt();
  const same = open?.body === body && open.user === user;
  const attempt = same ? { ...open, sent: true } : { key: newKey(), body, user, sent: true };
  sessionStorage.setItem(KEY, JSON.stringify(attempt));
  return attempt;
}

export const settleAttempt = () => sessionStorage.removeItem(KEY);
