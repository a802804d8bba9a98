import { useSyncExternalStore } from 'react';
import type { components } from './build/schema';

export type User = components['schemas']['User'];
type Session = components['schemas']['Session'];

/**
 * Who is signed in. The access token lives in memory alone; the refresh token is a cookie that no
 * script can read. `known` is false until the first answer; `ended`: an account was signed in here
 * until the platform said no.
 */
type State = {
  known: boolean;
  user: User | null;
  token: string | null;
  expires: number;
  ended: boolean;
};

/** Says only that asking for a session is worth while, and whose: a first visit asks for none. */
const HINT = 'souk.signed-in';

/** Somebody who buys without an account: orders, but no profile. */
export const isGuest = (user: User | null) => !!user?.roles.includes('guest');

let state: State = {
  known: !localStorage.getItem(HINT),
  user: null,
  token: null,
  expires: 0,
  ended: false,
};
const listeners = new Set<() => void>();

function change(next: State) {
  state = next;
  listeners.forEach((listener) => listener());
}

export function signedIn(session: Session) {
  localStorage.setItem(HINT, isGuest(session.user) ? 'guest' : 'account');
  change({
    known: true,
    user: session.user,
    token: session.access_token,
    expires: Date.now() + session.expires_in * 1000,
    ended: false,
  });
}

export function signedOut(ended = false) {
  localStorage.removeItem(HINT);
  change({ known: true, user: null, token: null, expires: 0, ended });
}

export function changeUser(user: User) {
  change({ ...state, user });
}

let refreshing: Promise<boolean> | null = null;

async function ask(): Promise<boolean> {
  try {
    const response = await fetch('/api/v1/auth/refresh', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ use_cookie: true }),
    });
    if (response.ok) {
      signedIn((await response.json()) as Session);
      return true;
    }
    if (response.status < 500 && response.status !== 429)
      signedOut(localStorage.getItem(HINT) !== 'guest');
    else change({ ...state, known: true });
  } catch {
    change({ ...state, known: true });
  }
  return false;
}

/**
 * A new access token. One request at a time in all tabs: the refresh token changes with each, and a
 * second use of an old one would end the session.
 */
export function refresh(): Promise<boolean> {
  const inTurn = async () =>
    // Only secure contexts have locks; without them a tab looks after itself.
    navigator.locks ? await navigator.locks.request('souk-refresh', ask) : await ask();
  const asked = (refreshing ??= inTurn().finally(() => {
    refreshing = null;
  }));
  return asked;
}

/** The token to send, renewed where it is about to end. */
export async function accessToken(): Promise<string | null> {
  if (state.token && state.expires - Date.now() < 20_000) await refresh();
  else if (!state.known) await refresh();
  return state.token;
}

export const onSession = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Who has an account and is signed in. */
export const accountOf = (user: User | null) => (isGuest(user) ? null : user);
export const currentAccount = () => accountOf(state.user);
export const hasEnded = () => state.ended;

export function useSession() {
  const { known, user, ended } = useSyncExternalStore(onSession, () => state);
  const staff = !!user?.roles.some((role) => role === 'staff' || role === 'admin');
  return { known, user, account: accountOf(user), ended, staff };
}
