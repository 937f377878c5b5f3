import type { Grant } from '@attune/domain';
import type { Db } from '../database.js';
import type { ApiTokenRow } from '../schema/index.js';

export interface NewApiToken {
  identity: number;
  label: string;
  description?: string | null | undefined;
  token_hash: string;
  token_prefix: string;
  token_suffix: string;
  scope?: readonly Grant[] | null | undefined;
  created_by?: number | null | undefined;
  expires_at?: Date | null | undefined;
}

export declare function insertApiToken(db: Db, values: NewApiToken): Promise<ApiTokenRow>;
export declare function findApiTokenByHash(db: Db, tokenHash: string): Promise<ApiTokenRow | undefined>;
export declare function listApiTokens(db: Db, identityId: number): Promise<ApiTokenRow[]>;
export declare function touchApiToken(db: Db, id: number, ip: string | null): Promise<void>;
/** Idempotent: the first revocation stays. false: unknown. */
export declare function revokeApiToken(
  db: Db,
  id: number,
  revocation: { by?: number | undefined; reason?: string | undefined },
): Promise<boolean>;
