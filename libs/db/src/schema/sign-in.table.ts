import type { Selectable } from 'kysely';
import type { Nullable, Stamp } from './column.js';

/** A sign-in that came back from an identity provider, and the one-time code the client was given for it. */
export interface SignInTable {
  state_hash: string;
  created: Stamp;
  /** null: what the provider said was refused, or is being looked at. */
  identity: Nullable<number>;
  code_hash: Nullable<string>;
  /** Of the client: the code is worth nothing without its verifier (RFC 7636, S256). */
  code_challenge: Nullable<string>;
  code_expires_at: Nullable<Date>;
  redeemed_at: Nullable<Date>;
}

export type SignInRow = Selectable<SignInTable>;
