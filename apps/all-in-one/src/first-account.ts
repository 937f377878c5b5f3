import { randomBytes } from 'node:crypto';
import type { Env } from '@attune/service';
import type { DataDirectory } from './data-directory.js';

/** The account that `attune dev` shows; the password is made once and kept in the data directory. */
export interface FirstAccount {
  login: string;
  password: string;
  /** False when it came from the environment: then whoever set it knows it. */
  generated: boolean;
}

export async function firstAccount(data: DataDirectory, env: Env): Promise<FirstAccount> {
  const { ATTUNE_ADMIN_LOGIN: login = 'admin', ATTUNE_ADMIN_PASSWORD: password } = env;
  if (password !== undefined) return { login, password, generated: false };
  const made = await data.readOrMake('admin-password', () => randomBytes(15).toString('base64url'));
  return { login, password: made, generated: true };
}

/** Leaves address and account in the data directory, for `attune login --dev` and the demo. */
export async function leaveLogin(data: DataDirectory, account: FirstAccount, url: string): Promise<void> {
  const { login, password } = account;
  await data.write('login.json', `${JSON.stringify({ url, login, password })}\n`);
}
