import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { SignedTemplate } from '@attune/domain';
import { sameSecret } from '../auth/same-secret.js';

const mostSignatures = 16;
/** Seconds have ten digits until the year 2286. */
const firstMilliseconds = 100_000_000_000;

/** What a delivery is verified by: the bytes as they came. */
export interface Delivery {
  headers: IncomingHttpHeaders;
  rawBody: Buffer;
  receivedAt: Date;
}

/** How a sender signs: an HMAC over a template, told in a header. */
export interface SignatureScheme {
  /** In lower case, as all headers here. */
  header: string;
  algorithm: 'sha1' | 'sha256' | 'sha512';
  encoding: 'hex' | 'base64' | 'base64url';
  /** Text before each signature. */
  prefix: string;
  /** Between signatures, and what else the header holds. */
  separator?: ',' | ' ' | undefined;
  signed: SignedTemplate;
  /** Where the signed time is: a header of its own, or an element of the signature's header. */
  timestamp?: { in: 'header' | 'element'; name: string; toleranceSeconds: number } | undefined;
}

export type Verdict =
  /** The reason, for the log and the sender; tells nothing of a secret. */
  | { fault: string }
  /** `replay`: what the same delivery sent again has in common with it, of signatures that cover a time. */
  | { fault?: undefined; replay?: string };

/** Accepts a signature by any of the secrets. Compares in constant time. */
export function verifySignature(
  scheme: SignatureScheme,
  secrets: readonly string[],
  delivery: Delivery,
): Verdict {
  const given = delivery.headers[scheme.header];
  if (typeof given !== 'string' || given === '') return { fault: `the header ${scheme.header} is missing` };
  const elements = scheme.separator === undefined ? [given] : split(given, scheme.separator);
  const signatures = elements.filter((element) => element.startsWith(scheme.prefix));
  if (signatures.length === 0 || elements.length > mostSignatures) {
    return { fault: `the header ${scheme.header} has another form` };
  }
  const time = signedTime(scheme, elements, delivery);
  if ('fault' in time) return time;
  const missing = [...scheme.signed.headers].find((name) => typeof delivery.headers[name] !== 'string');
  if (missing !== undefined) return { fault: `the header ${missing} is missing, which is signed` };
  const matching = secrets
    .map((secret) => macOf(scheme, secret, delivery, time.text))
    .find((mac) => signatures.some((text) => isSame(scheme, text.slice(scheme.prefix.length), mac)));
  if (matching === undefined) return { fault: 'the signature does not fit the body' };
  return scheme.timestamp === undefined
    ? {}
    : { replay: createHash('sha256').update(matching).digest('hex') };
}

function split(given: string, separator: string): string[] {
  return given.split(separator, mostSignatures + 1).map((element) => element.trim());
}

function signedTime(
  { timestamp }: SignatureScheme,
  elements: readonly string[],
  { headers, receivedAt }: Delivery,
): { fault: string } | { text: string } {
  if (timestamp === undefined) return { text: '' };
  const { name, toleranceSeconds } = timestamp;
  const element = elements.find((text) => text.startsWith(`${name}=`))?.slice(name.length + 1);
  const text = timestamp.in === 'header' ? headers[name] : element;
  if (typeof text !== 'string') return { fault: `the signed time (${name}) is missing` };
  if (!/^\d{1,13}$/.test(text)) return { fault: `the signed time (${name}) is not a number` };
  const number = Number(text);
  const seconds = number < firstMilliseconds ? number : number / 1000;
  const age = Math.round(receivedAt.getTime() / 1000 - seconds);
  if (Math.abs(age) <= toleranceSeconds) return { text };
  const where = age > 0 ? `${age} s old` : `${-age} s ahead`;
  return {
    fault: `the delivery is stale: its signed time is ${where}, at most ${toleranceSeconds} s are accepted`,
  };
}

function macOf(
  { algorithm, signed }: SignatureScheme,
  secret: string,
  { headers, rawBody }: Delivery,
  time: string,
): Buffer {
  const mac = createHmac(algorithm, secret);
  for (const part of signed.parts) {
    if (part.kind === 'body') mac.update(rawBody);
    else if (part.kind === 'text') mac.update(part.text);
    else mac.update(part.kind === 'timestamp' ? time : String(headers[part.name]));
  }
  return mac.digest();
}

/** As text: bytes would be read out of text that only begins like a signature. */
function isSame({ encoding }: SignatureScheme, given: string, mac: Buffer): boolean {
  const text = encoding === 'hex' ? given.toLowerCase() : given.replace(/=+$/, '');
  return sameSecret(text, mac.toString(encoding).replace(/=+$/, ''));
}
