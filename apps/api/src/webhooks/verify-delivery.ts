import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { sameSecret } from '../auth/same-secret.js';
import type { WebhookSettings } from './webhook-settings.js';

export interface Delivery {
  headers: IncomingHttpHeaders;
  rawBody: Buffer;
}

interface Signature {
  header: string;
  algorithm: string;
  encoding: 'hex' | 'base64';
  prefix: string;
}

/** https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries */
const githubSignature: Signature = {
  header: 'x-hub-signature-256',
  algorithm: 'sha256',
  encoding: 'hex',
  prefix: 'sha256=',
};

/** Undefined when the sender has proved itself, else why not. Compares in constant time, over the raw bytes. */
export function verifyDelivery(
  settings: WebhookSettings,
  secret: string | undefined,
  delivery: Delivery,
): string | undefined {
  if (settings.preset === 'none') return undefined;
  if (secret === undefined || secret === '') return 'verification has no secret';
  switch (settings.preset) {
    case 'github':
      return checkSignature(githubSignature, secret, delivery);
    case 'hmac':
      return checkSignature({ ...settings, header: settings.header.toLowerCase() }, secret, delivery);
    case 'bearer':
      return checkBearer(secret, delivery);
  }
}

function checkSignature(signature: Signature, secret: string, { headers, rawBody }: Delivery) {
  const given = headers[signature.header];
  if (typeof given !== 'string') return `the header ${signature.header} is missing`;
  if (!given.startsWith(signature.prefix)) return `the header ${signature.header} has another form`;
  const expected = createHmac(signature.algorithm, secret).update(rawBody).digest();
  const bytes = Buffer.from(given.slice(signature.prefix.length), signature.encoding);
  return sameSecret(bytes, expected) ? undefined : 'the signature does not fit the body';
}

function checkBearer(secret: string, { headers }: Delivery) {
  const given = /^Bearer +(.+)$/i.exec(headers.authorization ?? '')?.[1];
  if (given === undefined) return 'the header authorization is missing';
  return sameSecret(given, secret) ? undefined : 'the bearer token is wrong';
}
