import { hash, verify } from '@node-rs/argon2';

/** Of a password nobody has: checking against it takes as long as against a real one. */
let dummyHash: Promise<string> | undefined;

/** argon2id with the parameters OWASP recommends (19 MiB, 2 passes); runs off the event loop. */
export function hashPassword(password: string): Promise<string> {
  return hash(password);
}

/** False also for an account that has no password; it takes the same time, so that logins cannot be probed. */
export async function verifyPassword(stored: string | null | undefined, password: string): Promise<boolean> {
  dummyHash ??= hashPassword('no account has this password');
  const matches = await verify(stored ?? (await dummyHash), password);
  return matches && stored !== null && stored !== undefined;
}
