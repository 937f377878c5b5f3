import { principalOf } from '@attune/access';
import type { Db, HeldParameters, KeyRow } from '@attune/db';
import { authorize, PermissionDeniedError, splitRef, UnauthenticatedError } from '@attune/domain';
import type { Principal } from '@attune/domain';
import { keyResource } from './key-view.js';

/** Whom an execution runs for, as far as keys are concerned. */
export interface KeyReader {
  readonly name: string;
  /** Why the value of this key is not for them; undefined when it is. */
  denial(key: KeyRow): string | undefined;
}

/**
 * Of an execution: its identity, with the permissions that it has now. Without one it came with a pack and is the
 * system's: it reads the keys of the system and those of that pack. Throws PermissionDeniedError for an account that is
 * not active.
 */
export async function keyReaderOf(
  db: Db,
  { id, executor, rule_ref, action_ref }: HeldParameters,
): Promise<KeyReader> {
  if (executor === null) return packReader(splitRef(rule_ref ?? action_ref).pack);
  try {
    return identityReader(await principalOf(db, executor));
  } catch (error) {
    if (!(error instanceof UnauthenticatedError)) throw error;
    throw new PermissionDeniedError(`execution ${id} runs for identity ${executor}: ${error.message}`, {
      cause: error,
    });
  }
}

function identityReader(principal: Principal): KeyReader {
  return {
    name: principal.login,
    denial: (key) => {
      const needed = key.encrypted ? (['keys:read', 'keys:decrypt'] as const) : (['keys:read'] as const);
      const denied = needed
        .map((permission) => authorize(principal, permission, keyResource(key)))
        .find(({ allowed }) => !allowed);
      return denied === undefined || denied.allowed ? undefined : denied.reason;
    },
  };
}

function packReader(pack: string): KeyReader {
  return {
    name: `pack ${pack}`,
    denial: ({ owner_type: type, owner }) => {
      const isOwn = type !== 'identity' && (owner === pack || owner.startsWith(`${pack}.`));
      return type === 'system' || isOwn ? undefined : 'it is neither of the system nor of the pack';
    },
  };
}
