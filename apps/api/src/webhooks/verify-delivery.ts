import { sameSecret } from '../auth/same-secret.js';
import type { Proof, TokenScheme } from './presets.js';
import { verifySignature } from './signature.js';
import type { Delivery, Verdict } from './signature.js';

/** Whether the sender has proved itself by any of the secrets: while one is exchanged there are two. */
export function verifyDelivery(proof: Proof, given: readonly string[], delivery: Delivery): Verdict {
  if (proof.by === 'nothing') return {};
  const secrets = given.filter((secret) => secret !== '');
  if (secrets.length === 0) return { fault: 'verification has no secret' };
  return proof.by === 'signature'
    ? verifySignature(proof.scheme, secrets, delivery)
    : verifyToken(proof.scheme, secrets, delivery);
}

function verifyToken(
  { header, scheme, expected, name }: TokenScheme,
  secrets: readonly string[],
  { headers }: Delivery,
): Verdict {
  const given = scheme === undefined ? headers[header] : credentialsOf(headers.authorization, scheme);
  if (typeof given !== 'string' || given === '') {
    return { fault: `the header ${header} is missing, or of another scheme` };
  }
  const isRight = secrets.map((secret) => sameSecret(given, expected(secret))).includes(true);
  return isRight ? {} : { fault: `the ${name} is wrong` };
}

function credentialsOf(authorization: string | undefined, scheme: string): string | undefined {
  const [, given, credentials] = /^(\S+) +(\S.*)$/.exec(authorization ?? '') ?? [];
  return given?.toLowerCase() === scheme.toLowerCase() ? credentials : undefined;
}
