import { createHash, randomBytes } from 'node:crypto';
import { ApiError, createClient, routes } from '@attune/contract';
import { UsageError } from '../output/failure.js';
import { openLoopback } from './loopback.js';
import type { LoopbackAnswer } from './loopback.js';
import type { Tokens } from './profile.js';

const patienceMs = 600_000;

/**
 * Signs in through the browser of this machine (RFC 8252): it brings back a one-time code, which is worth something
 * only together with the verifier that never leaves this process.
 */
export async function signInByBrowser(url: string, show: (page: string) => void): Promise<Tokens> {
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('base64url');
  const loopback = await openLoopback({ state, patienceMs });
  try {
    show(pageOf(url, { verifier, state, redirectUri: loopback.redirectUri }));
    const code = codeOf(await loopback.answer);
    const client = createClient({ baseUrl: url });
    const { data } = await client.signIn.exchange({ body: { code, code_verifier: verifier } });
    return data;
  } finally {
    loopback.close();
  }
}

function pageOf(url: string, request: { verifier: string; state: string; redirectUri: string }): string {
  const query = new URLSearchParams({
    redirect_uri: request.redirectUri,
    code_challenge: createHash('sha256').update(request.verifier).digest('base64url'),
    state: request.state,
  });
  return `${url.replace(/\/+$/, '')}${routes.signIn.begin.path}?${query.toString()}`;
}

function codeOf(answer: LoopbackAnswer | undefined): string {
  if (answer === undefined) throw new UsageError('nobody signed in within 10 minutes');
  if (answer.code !== undefined) return answer.code;
  throw new ApiError(403, { error: answer.description ?? 'the sign-in failed' });
}
