import type { Selectable } from 'kysely';
import type { Defaulted, Nullable, Stamp } from './column.js';

/** A login. Its refresh token is rotated at each use; using an old one again ends the session. */
export interface SessionTable {
  /** uuid. */
  id: Defaulted<string>;
  identity: number;
  /** The API token it was opened with: it ends with it. */
  api_token: Nullable<number>;
  /** Of its first refresh token, with which all others begin. */
  family_hash: string;
  /** Of its latest. */
  refresh_hash: string;
  rotated_at: Nullable<Date>;
  created: Stamp;
  last_used_at: Nullable<Date>;
  expires_at: Date;
  ended_at: Nullable<Date>;
  end_reason: Nullable<string>;
  user_agent: Nullable<string>;
  ip: Nullable<string>;
}

export type SessionRow = Selectable<SessionTable>;
