import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const profileSchema = z.object({
  url: z.string(),
  accessToken: z.string(),
  refreshToken: z.string(),
  /** Milliseconds since the epoch. */
  expiresAt: z.number(),
});

/** Where the last login went and what it gave. Kept in a file only its owner can read. */
export type Profile = z.infer<typeof profileSchema>;

/** What a login answers. */
export interface Tokens {
  access_token: string;
  refresh_token: string;
  /** Seconds. */
  expires_in: number;
  user?: { login: string } | undefined;
}

export function loadProfile(): Profile | undefined {
  try {
    return profileSchema.parse(JSON.parse(readFileSync(profilePath(), 'utf8')));
  } catch {
    return undefined;
  }
}

export function saveProfile(profile: Profile): void {
  const path = profilePath();
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, `${JSON.stringify(profile)}\n`, { mode: 0o600 });
  chmodSync(path, 0o600);
}

function profilePath(): string {
  const base = process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config');
  return process.env['ATTUNE_PROFILE'] ?? join(base, 'attune', 'profile.json');
}
