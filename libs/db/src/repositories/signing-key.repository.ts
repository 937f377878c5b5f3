import type { Db } from '../database.js';
import type { SigningKeyRow } from '../schema/index.js';

export interface NewSigningKey {
  kid: string;
  algorithm: string;
  public_jwk: Record<string, unknown>;
  private_sealed: Record<string, unknown>;
}

export type PublicSigningKey = Omit<SigningKeyRow, 'private_sealed'>;

export declare function insertSigningKey(db: Db, values: NewSigningKey): Promise<SigningKeyRow>;
/** The newest that is not retired. */
export declare function findActiveSigningKey(db: Db): Promise<SigningKeyRow | undefined>;
/** Keys that verify, newest first. */
export declare function listPublicSigningKeys(db: Db): Promise<PublicSigningKey[]>;
/** Signs no more from now on; verifies until `expiresAt`. */
export declare function retireSigningKey(db: Db, kid: string, expiresAt: Date): Promise<boolean>;
