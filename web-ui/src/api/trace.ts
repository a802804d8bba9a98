/** W3C Trace Context: everything that one page asks for is one trace, so that a purchase reads as a whole. */

const hex = (bytes: number) =>
  [...crypto.getRandomValues(new Uint8Array(bytes))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');

let page = '';
let trace = '';

/** A request's `traceparent`. The browser records nothing itself (flag 00): what is kept is for the gateway to say. */
export function traceparent(): string {
  if (page !== window.location.pathname || !trace) {
    page = window.location.pathname;
    trace = hex(16);
  }
  return `00-${trace}-${hex(8)}-00`;
}
