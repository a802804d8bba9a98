import createClient from 'openapi-fetch';
import { Problem, Unreachable } from './problem';
import type { components, paths } from './build/schema';
import { accessToken, refresh } from './session';
import { traceparent } from './trace';

export type Schemas = components['schemas'];
export type Product = Schemas['Product'];
export type Variant = Schemas['Variant'];
export type Order = Schemas['Order'];
export type Money = Schemas['Money'];
export type Address = Schemas['Address'];

const CATALOGUE = /^\/api\/v1\/(products|categories)(\/|$)/;

/**
 * The shop's shelves are the same for everybody. Unsigned, they do not wait for the session, and the gateway and
 * the service worker may keep them; the back office sees more, and signs.
 */
const isPublic = (request: Request) =>
  request.method === 'GET' &&
  CATALOGUE.test(new URL(request.url).pathname) &&
  !window.location.pathname.startsWith('/admin');

/** fetch, signed and traced; an access token that the platform no longer takes is renewed once. */
async function signedFetch(request: Request): Promise<Response> {
  if (isPublic(request)) return fetch(request);
  request.headers.set('traceparent', traceparent());
  const again = request.clone();
  const token = await accessToken();
  if (token) request.headers.set('Authorization', `Bearer ${token}`);
  const response = await fetch(request);
  if (response.status !== 401 || !token || !(await refresh())) return response;
  again.headers.set('Authorization', `Bearer ${await accessToken()}`);
  return fetch(again);
}

export const api = createClient<paths>({ baseUrl: window.location.origin, fetch: signedFetch });

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** The data of an answer, or what went wrong as an exception. */
export async function take<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await asked.catch(() => {
    throw new Unreachable();
  });
  if (!response.ok)
    throw new Problem(response.status, (error ?? {}) as Partial<Schemas['Problem']>);
  return data as T;
}

export const newKey = () => crypto.randomUUID();
