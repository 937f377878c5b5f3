import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  hkdfSync,
  randomBytes,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/**
 * A value encrypted by its own key, which is encrypted by the master key `kid`: changing the master key
 * rewrites the small wrapped keys, not the values. AES-256-GCM twice, both bound to the place of the value; each
 * part is nonce, text and tag, base64.
 */
export type SealedValue = Readonly<{ v: 1; kid: string; key: string; data: string }>;

export interface MasterKeys {
  /** Seals. 32 random bytes, as each of them. */
  current: Buffer;
  /** Only open what they have sealed, until it is rewrapped. */
  previous?: readonly Buffer[];
}

export interface SecretBox {
  /** Id of the current master key. */
  readonly kid: string;
  /** Ids of those that only open. */
  readonly previousKids: readonly string[];
  /** `place` names the row and column (`secretPlaces`); a value copied elsewhere does not open there. */
  seal(value: string, place: string): SealedValue;
  /** Throws SecretError when the value was sealed for another place, by an unknown master key, or was changed. */
  open(sealed: unknown, place: string): string;
  /** The same value under the current master key; only its wrapped key is read and written. Throws SecretError. */
  rewrap(sealed: unknown, place: string): SealedValue;
  /** A secret derived from the current master key, the same on every replica. */
  derive(purpose: string): Buffer;
}

/**
 * A stored value that does not open. It is the fault of no request, so it is no AttuneError: a client is told
 * nothing, and the log says where it is and why. Never holds a part of the value or of a key.
 */
export class SecretError extends Error {
  override readonly name = 'SecretError';

  constructor(
    readonly place: string,
    reason: string,
  ) {
    super(`cannot open ${place}: ${reason}`);
  }
}

const algorithm = 'aes-256-gcm';
const keyLength = 32;
const nonceLength = 12;
const tagLength = 16;

/**
 * Part of the data layer, because what it seals lives in rows; but only the api has master keys and makes one. No
 * other service constructs it.
 */
export function createSecretBox({ current, previous = [] }: MasterKeys): SecretBox {
  const masterKeys = new Map([current, ...previous].map((key) => [masterKeyId(key), secretKey(key)]));
  const kid = masterKeyId(current);
  const masterKey = secretKey(current);
  const unwrap = (sealed: SealedValue, place: string): Buffer => {
    const sealedBy = masterKeys.get(sealed.kid);
    if (sealedBy !== undefined) return decrypt(sealedBy, sealed.key, place);
    throw new SecretError(place, `it was sealed by master key ${sealed.kid}, which is not configured`);
  };
  return {
    kid,
    previousKids: [...masterKeys.keys()].filter((id) => id !== kid),
    seal: (value, place) => {
      const key = randomBytes(keyLength);
      const data = encrypt(createSecretKey(key), Buffer.from(value, 'utf8'), place);
      return { v: 1, kid, key: encrypt(masterKey, key, place), data };
    },
    open: (given, place) => {
      const sealed = parseSealed(given, place);
      const key = unwrap(sealed, place);
      return decrypt(createSecretKey(key), sealed.data, place).toString('utf8');
    },
    rewrap: (given, place) => {
      const sealed = parseSealed(given, place);
      return { ...sealed, kid, key: encrypt(masterKey, unwrap(sealed, place), place) };
    },
    derive: (purpose) => Buffer.from(hkdfSync('sha256', masterKey, '', purpose, keyLength)),
  };
}

/** Tells master keys apart and nothing about them. */
function masterKeyId(masterKey: Buffer): string {
  return createHash('sha256').update(masterKey).digest('hex').slice(0, 16);
}

function secretKey(masterKey: Buffer): KeyObject {
  if (masterKey.length !== keyLength) throw new RangeError(`a master key has ${keyLength} bytes`);
  return createSecretKey(masterKey);
}

function parseSealed(given: unknown, place: string): SealedValue {
  const { v, kid, key, data } = (given ?? {}) as Record<string, unknown>;
  if (v === 1 && typeof kid === 'string' && typeof key === 'string' && typeof data === 'string') {
    return { v, kid, key, data };
  }
  throw new SecretError(place, 'it is not a sealed value in a known format');
}

function encrypt(key: KeyObject, plain: Buffer, place: string): string {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagLength });
  cipher.setAAD(Buffer.from(place, 'utf8'));
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64');
}

function decrypt(key: KeyObject, sealed: string, place: string): Buffer {
  const bytes = Buffer.from(sealed, 'base64');
  try {
    // Other spellings of the same bytes were not written by `encrypt`.
    if (bytes.toString('base64') !== sealed) throw new RangeError('not canonical');
    const nonce = bytes.subarray(0, nonceLength);
    const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagLength });
    decipher.setAAD(Buffer.from(place, 'utf8')).setAuthTag(bytes.subarray(nonceLength).subarray(-tagLength));
    return Buffer.concat([decipher.update(bytes.subarray(nonceLength, -tagLength)), decipher.final()]);
  } catch {
    throw new SecretError(place, 'it was changed, or sealed for another place');
  }
}
