import { createClient, type Client } from '@attune/contract';
import type { Command } from 'commander';
import { UsageError } from '../output/failure.js';
import { loadProfile, saveProfile, type Profile, type Tokens } from './profile.js';

export const defaultUrl = 'http://127.0.0.1:8080';

const refreshBeforeMs = 30_000;

/**
 * The client a command talks through. Address: `--url`, then ATTUNE_URL, then the last login. Token: ATTUNE_TOKEN,
 * then the last login, which is renewed when it is about to end.
 */
export function clientFor(command: Command): Client {
  const profile = loadProfile();
  const baseUrl = urlFor(command);
  const token = process.env['ATTUNE_TOKEN'];
  if (token !== undefined) return createClient({ baseUrl, token });
  if (profile?.url !== baseUrl)
    throw new UsageError(`not logged in at ${baseUrl}; log in with: attune login`);
  return createClient({ baseUrl, token: () => freshToken(profile) });
}

export function urlFor(command: Command): string {
  const url = command.optsWithGlobals<{ url?: string }>().url;
  return url ?? process.env['ATTUNE_URL'] ?? loadProfile()?.url ?? defaultUrl;
}

/** Makes these tokens those of the next commands. */
export function remember(url: string, tokens: Tokens): void {
  saveProfile(profileOf(url, tokens));
}

async function freshToken(profile: Profile): Promise<string> {
  if (profile.expiresAt - Date.now() > refreshBeforeMs) return profile.accessToken;
  const client = createClient({ baseUrl: profile.url });
  const { data } = await client.auth.refresh({ body: { refresh_token: profile.refreshToken } });
  const renewed = profileOf(profile.url, data);
  saveProfile(renewed);
  Object.assign(profile, renewed);
  return renewed.accessToken;
}

function profileOf(url: string, tokens: Tokens): Profile {
  return {
    url,
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token,
    expiresAt: Date.now() + tokens.expires_in * 1000,
  };
}
