// The public API, as a scenario calls it. Requests carry a name, by which thresholds and plots tell them apart.
import { check } from 'k6';
import http from 'k6/http';
import { text } from './settings.ts';

export const BASE_URL = text('BASE_URL', 'http://localhost:8080');

export interface Call {
  name: string;
  token?: string;
  key?: string;
  /** Statuses that are an answer, not a failure, besides 2xx and 3xx. */
  answers?: number[];
}

export async function call(method: string, path: string, body: unknown, how: Call) {
  const headers: Record<string, string> = {};
  if (body != null) headers['Content-Type'] = 'application/json';
  if (how.token) headers['Authorization'] = `Bearer ${how.token}`;
  if (how.key) headers['Idempotency-Key'] = how.key;
  return http.asyncRequest(
    method,
    `${BASE_URL}/api/v1${path}`,
    body == null ? null : JSON.stringify(body),
    {
      headers,
      tags: { name: how.name },
      timeout: '30s',
      responseCallback: http.expectedStatuses({ min: 200, max: 399 }, ...(how.answers ?? [])),
    },
  );
}

/** The reply's body; a check fails where the status is another. */
export async function expect<T>(
  status: number,
  method: string,
  path: string,
  body: unknown,
  how: Call,
): Promise<T> {
  const reply = await call(method, path, body, how);
  const right = check(reply, { [`${how.name}: ${status}`]: (each) => each.status === status });
  if (!right) throw new Error(`${method} ${path}: ${reply.status} ${reply.error} ${reply.body}`);
  return reply.json() as T;
}
