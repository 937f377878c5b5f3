import type { Selectable } from 'kysely';
import type { Nullable, Stamp } from './column.js';

/** Attempts to log in since the last that succeeded, by what was typed: also of logins that nobody has. */
export interface LoginAttemptTable {
  login_hash: string;
  /** Those under way included. */
  failures: number;
  locked_until: Nullable<Date>;
  attempted_at: Stamp;
  created: Stamp;
}

export type LoginAttemptRow = Selectable<LoginAttemptTable>;
