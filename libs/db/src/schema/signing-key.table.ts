import type { Selectable } from 'kysely';
import type { RequiredJson, Nullable, Stamp } from './column.js';

/** A key that tokens are signed with. Every service reads the public part; only the api opens the other. */
export interface SigningKeyTable {
  kid: string;
  algorithm: string;
  public_jwk: RequiredJson<Record<string, unknown>>;
  /** Private JWK, encrypted by the api's master key. */
  private_sealed: RequiredJson<Record<string, unknown>>;
  created: Stamp;
  /** No longer signs from here on, still verifies. */
  retired_at: Nullable<Date>;
  /** No longer verifies from here on. */
  expires_at: Nullable<Date>;
}

export type SigningKeyRow = Selectable<SigningKeyTable>;
