import { createSecretBox } from '@attune/db';
import type { ExecutionRow } from '@attune/db';
import { systemClock } from '@attune/service';
import { decodeJwt } from 'jose';
import { openSigningKeys } from '../auth/signing-keys.js';
import { createTokenSigner } from '../auth/token-signer.js';
import { readMasterKeys } from '../secrets/known-secrets.js';
import type { TestApi } from './test-api.js';

/** The token of a running execution of whoever `accessToken` is of. */
export async function executionToken(
  { db, config }: TestApi,
  execution: ExecutionRow,
  accessToken: string,
): Promise<string> {
  const { sub = '', sid } = decodeJwt(accessToken) as { sub?: string; sid: string };
  const keys = await openSigningKeys(db, createSecretBox(readMasterKeys(config)));
  const signer = createTokenSigner(keys, { issuer: config.security.issuer, clock: systemClock });
  const { id, attempt, worker, incarnation } = execution;
  if (worker === null || incarnation === null) throw new Error(`execution ${id} does not run`);
  const claims = { kind: 'execution' as const, sub, sid, execution: id, attempt, worker, incarnation };
  return (await signer.sign(claims, 60)).token;
}
