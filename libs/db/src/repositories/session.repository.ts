import type { Db } from '../database.js';
import type { SessionRow } from '../schema/index.js';

export interface NewSession {
  identity: number;
  /** sha256 of the refresh token, hex. */
  refresh_hash: string;
  expires_at: Date;
  user_agent?: string | null | undefined;
  ip?: string | null | undefined;
}

export type Rotation =
  | { outcome: 'rotated'; session: SessionRow }
  /** An old token was used again: the session has been ended. */
  | { outcome: 'reused'; session: SessionRow }
  | { outcome: 'unknown' };

export declare function insertSession(db: Db, values: NewSession): Promise<SessionRow>;
export declare function findSession(db: Db, id: string): Promise<SessionRow | undefined>;
/** Exchanges the refresh token, once; of two at the same time one wins and the other is a reuse. */
export declare function rotateSession(
  db: Db,
  tokens: { refresh_hash: string; next_refresh_hash: string; expires_at: Date },
): Promise<Rotation>;
/** false: unknown or ended before. */
export declare function endSession(db: Db, id: string, reason: string): Promise<boolean>;
export declare function listSessions(db: Db, identityId: number): Promise<SessionRow[]>;
