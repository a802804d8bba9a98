/** What the platform says why a payment was declined, where there is something that the shopper can do about it. */
const REASONS = [
  'insufficient_funds',
  'expired_card',
  'authentication_required',
  'authentication_failed',
  'try_again',
  'method_not_possible',
  'provider_unavailable',
  'abandoned',
] as const;

/** The name of the text that tells a shopper why, and what to do; no more than that is ever said. */
export function declined(code: unknown) {
  const known = REASONS.find((each) => each === code);
  return known ? (`declined.${known}` as const) : 'declined.other';
}
