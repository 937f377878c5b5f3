import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/**
 * A value encrypted by its own key, which is encrypted by the master key `kid`: changing the master key
 * rewrites the small wrapped keys, not the values. AES-256-GCM twice; each part is nonce, text and tag, base64.
 */
export interface SealedValue {
  readonly v: 1;
  readonly kid: string;
  readonly key: string;
  readonly data: string;
}

export interface SecretBox {
  /** `place` names the row and column; a value copied elsewhere does not open there. */
  seal(value: string, place: string): SealedValue;
  /** Throws when the value was sealed for another place, by another master key, or was changed. */
  open(sealed: Readonly<Record<string, unknown>>, place: string): string;
  /** A secret derived from the master key, the same on every replica. */
  derive(purpose: string): Buffer;
}

const algorithm = 'aes-256-gcm';
const nonceLength = 12;
const tagLength = 16;

export function createSecretBox(masterKey: Buffer): SecretBox {
  const kid = createHash('sha256').update(masterKey).digest('hex').slice(0, 16);
  return {
    seal: (value, place) => {
      const key = randomBytes(32);
      return {
        v: 1,
        kid,
        key: encrypt(masterKey, key, place),
        data: encrypt(key, Buffer.from(value, 'utf8'), place),
      };
    },
    open: (sealed, place) => {
      const { v, kid: sealedBy, key, data } = sealed as unknown as SealedValue;
      if (v !== 1) throw new Error(`cannot open ${place}: unknown format`);
      if (sealedBy !== kid) throw new Error(`cannot open ${place}: it was sealed by master key ${sealedBy}`);
      return decrypt(decrypt(masterKey, key, place), data, place).toString('utf8');
    },
    derive: (purpose) => createHash('sha256').update(masterKey).update('\0').update(purpose).digest(),
  };
}

function encrypt(key: Buffer, plain: Buffer, place: string): string {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagLength }).setAAD(
    Buffer.from(place, 'utf8'),
  );
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64');
}

function decrypt(key: Buffer, sealed: string, place: string): Buffer {
  const bytes = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceLength), {
    authTagLength: tagLength,
  })
    .setAAD(Buffer.from(place, 'utf8'))
    .setAuthTag(bytes.subarray(-tagLength));
  const text = bytes.subarray(nonceLength, -tagLength);
  return Buffer.concat([decipher.update(text), decipher.final()]);
}
