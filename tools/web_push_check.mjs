// Reads a push request as our sender made it, and says what a browser and a push service see in it: the
// decrypted text (http_ece) and the claims of the VAPID token (jose). Used by a test.
//   node web_push_check.mjs FILE     FILE: {"body", "authorization", "private", "auth"}; hex, text, hex, hex
import { createECDH } from 'node:crypto';
import { readFileSync } from 'node:fs';
import ece from 'http_ece';
import { importJWK, jwtVerify } from 'jose';

const request = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const browser = createECDH('prime256v1');
browser.setPrivateKey(Buffer.from(request.private, 'hex'));
const text = ece.decrypt(Buffer.from(request.body, 'hex'), {
  version: 'aes128gcm',
  privateKey: browser,
  authSecret: Buffer.from(request.auth, 'hex').toString('base64url'),
});

const [, token, key] = /^vapid t=([^,]+), k=([\w-]+)$/.exec(request.authorization);
const point = Buffer.from(key, 'base64url');
const jwk = {
  kty: 'EC',
  crv: 'P-256',
  x: point.subarray(1, 33).toString('base64url'),
  y: point.subarray(33).toString('base64url'),
};
const { payload, protectedHeader } = await jwtVerify(token, await importJWK(jwk, 'ES256'), {
  algorithms: ['ES256'],
});
console.log(
  JSON.stringify({
    text: text.toString('utf8'),
    browser_key: browser.getPublicKey('hex'),
    claims: payload,
    alg: protectedHeader.alg,
  }),
);
