import { findHeldParameters, inTransaction, listKeysOfRefs, openKey, openSecretPart } from '@attune/db';
import type { HeldParameters, KeyRow } from '@attune/db';
import {
  findSecrets,
  InvalidStateError,
  keyRefsOf,
  NotFoundError,
  openedSecret,
  PermissionDeniedError,
  readSecrets,
  replaceSecrets,
} from '@attune/domain';
import type { MintCall } from '../auth/daemon-tokens.js';
import { heldBy } from '../auth/daemon-tokens.js';
import { auditKey } from '../keys/audit-key.js';
import { keyReaderOf } from '../keys/key-reader.js';

export interface OpenedParameters {
  readonly parameters: Record<string, unknown>;
  /** The value of every part that was opened. */
  readonly secrets: unknown[];
}

/**
 * The parameters of an execution with every secret opened, for the worker that has the attempt in hand and nobody else.
 * Throws InvalidStateError when it has not, PermissionDeniedError or NotFoundError with the ref of a key that whom the
 * execution runs for may not read, or that does not exist.
 */
export async function openParameters(
  call: MintCall,
  claim: { id: number; attempt: number },
): Promise<OpenedParameters> {
  const { ctx } = call;
  const held = await findHeldParameters(ctx.db, heldBy(call), claim);
  if (held === undefined) {
    throw new InvalidStateError(
      `attempt ${claim.attempt} of execution ${claim.id} is not run by this worker now`,
    );
  }
  const document = readSecrets(held.config ?? {});
  const keys = await readableKeys(call, held, [
    ...new Set(findSecrets(document).flatMap(({ secret }) => keyRefsOf(secret))),
  ]);
  const valueOf = new Map(keys.map((key) => [key.ref, openKey(ctx.secrets, key)]));
  const secrets: unknown[] = [];
  const parameters = replaceSecrets(document, (secret) =>
    openedSecret(secret, (part) => {
      const value = 'key' in part ? valueOf.get(part.key) : openSecretPart(ctx.secrets, part);
      secrets.push(value);
      return value;
    }),
  );
  await auditReading(call, keys, { execution: held.id, attempt: claim.attempt, identity: held.executor });
  return { parameters, secrets };
}

async function readableKeys(
  { ctx }: MintCall,
  held: HeldParameters,
  refs: readonly string[],
): Promise<KeyRow[]> {
  if (refs.length === 0) return [];
  const keys = await listKeysOfRefs(ctx.db, refs);
  const missing = refs.find((ref) => !keys.some((key) => key.ref === ref));
  if (missing !== undefined) throw new NotFoundError('key', 'ref', missing);
  const reader = await keyReaderOf(ctx.db, held);
  for (const key of keys) {
    const reason = reader.denial(key);
    if (reason === undefined) continue;
    throw new PermissionDeniedError(
      `${reader.name}, for whom execution ${held.id} runs, may not read key ${key.ref}: ${reason}`,
    );
  }
  return keys;
}

async function auditReading(call: MintCall, keys: readonly KeyRow[], details: object): Promise<void> {
  if (keys.length === 0) return;
  await inTransaction(call.ctx.db, async (trx) => {
    for (const key of keys) {
      await auditKey(trx, call, { act: key.encrypted ? 'decrypted' : 'read', key, details: { ...details } });
    }
  });
}
