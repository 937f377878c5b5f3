import { createHash, randomBytes } from 'node:crypto';

const apiTokenPrefix = 'atk_';

/** 256 random bits; of an API token and of a refresh token only the hash is stored. */
export function newOpaqueToken(prefix: string): string {
  return `${prefix}${randomBytes(32).toString('base64url')}`;
}

export function newApiToken(): string {
  return newOpaqueToken(apiTokenPrefix);
}

export function isApiToken(token: string): boolean {
  return token.startsWith(apiTokenPrefix);
}

/** Sha256, hex: what is stored of an opaque token. It is random, so that no salt is needed. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
