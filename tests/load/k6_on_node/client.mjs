// One virtual user's HTTP: connections of its own that stay open, as in k6.
import http from 'node:http';
import https from 'node:https';
import { secondsOf } from './arrivals.mjs';

const KNOWN = new Set(['headers', 'tags', 'timeout', 'responseCallback']);
const TIMEOUT = '60s';

/** Go's way to write the name of a header: content-type is Content-Type. */
const canonical = (name) => name.replace(/(^|-)[a-z]/g, (each) => each.toUpperCase());

class Response {
  constructor(url, status, headers, body, duration, error) {
    this.url = url;
    this.status = status;
    this.headers = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [canonical(name), [value].flat().join(', ')]),
    );
    this.body = body;
    this.timings = { duration };
    this.error = error;
  }
  json(selector) {
    if (selector !== undefined) throw new Error('response.json() takes no selector here');
    return JSON.parse(this.body);
  }
}

export class Client {
  /** `signal` ends what is under way; observe(response, params, method) is told of every reply. */
  constructor(signal, observe) {
    this.signal = signal;
    this.observe = observe;
    const options = { keepAlive: true, maxSockets: 6 };
    this.agents = { 'http:': new http.Agent(options), 'https:': new https.Agent(options) };
  }

  close() {
    for (const agent of Object.values(this.agents)) agent.destroy();
  }

  async request(method, url, body = null, params = {}) {
    for (const name of Object.keys(params ?? {}))
      if (!KNOWN.has(name)) throw new Error(`http: the parameter ${name} is not known here`);
    if (body !== null && typeof body !== 'string')
      throw new Error('http: only text and null are bodies here');
    const response = await this.#exchange(method, new URL(url), body, params ?? {});
    this.signal.throwIfAborted();
    this.observe(response, params ?? {}, method);
    return response;
  }

  #exchange(method, url, body, params) {
    const { request } = url.protocol === 'https:' ? https : http;
    const limit = secondsOf(params.timeout ?? TIMEOUT) * 1000;
    return new Promise((resolve) => {
      let begun = performance.now();
      const ended = (status, headers, text, error = '') => {
        clearTimeout(timer);
        resolve(new Response(url.href, status, headers, text, performance.now() - begun, error));
      };
      const outgoing = request(url, {
        method,
        agent: this.agents[url.protocol],
        headers: body === null ? params.headers : withLength(params.headers, body),
        signal: this.signal,
      });
      const timer = setTimeout(() => outgoing.destroy(new Error('request timeout')), limit);
      // Connecting is not part of http_req_duration.
      outgoing.on('socket', (socket) => {
        if (socket.connecting) socket.once('connect', () => (begun = performance.now()));
      });
      outgoing.on('error', (error) => {
        // An idle connection that the server closed at this moment: another one, as Go's client does.
        if (outgoing.reusedSocket && error.code === 'ECONNRESET') {
          clearTimeout(timer);
          resolve(this.#exchange(method, url, body, params));
        } else ended(0, {}, '', error.message);
      });
      outgoing.on('response', (incoming) => {
        const pieces = [];
        incoming.on('data', (piece) => pieces.push(piece));
        incoming.on('error', (error) => ended(0, {}, '', error.message));
        incoming.on('end', () =>
          ended(incoming.statusCode, incoming.headers, Buffer.concat(pieces).toString()),
        );
      });
      outgoing.end(body ?? undefined);
    });
  }
}

const withLength = (headers, body) => ({ ...headers, 'Content-Length': Buffer.byteLength(body) });
