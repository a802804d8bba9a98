import type { components } from './build/schema';

type ProblemBody = components['schemas']['Problem'];
export type FieldError = { field: string; code: string; message: string };

/** What the platform answered instead of doing what it was asked to (RFC 9457). */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: FieldError[];
  readonly body: Record<string, unknown>;

  constructor(status: number, body: Partial<ProblemBody>) {
    super(body.detail || body.title || 'The request failed.');
    this.name = 'Problem';
    this.status = status;
    this.code = body.code ?? 'unknown';
    this.fields = (body.errors ?? []) as FieldError[];
    this.body = body as Record<string, unknown>;
  }
}

/** No answer at all: nobody knows whether it happened. */
export class Unreachable extends Error {
  constructor() {
    super('The shop cannot be reached.');
    this.name = 'Unreachable';
  }
}

export const isProblem = (error: unknown, ...codes: string[]): error is Problem =>
  error instanceof Problem && (codes.length === 0 || codes.includes(error.code));
