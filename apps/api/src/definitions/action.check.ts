import { findRuntimeByRef, listRuntimes } from '@attune/db';
import type { Db } from '@attune/db';
import { checkParameterSchema, inlineRuntimes, splitRef } from '@attune/domain';
import type { ErrorDetail } from '@attune/domain';
import { missingDefinition } from './missing-definition.js';

export interface ActionDraft {
  runtime_ref: string;
  entrypoint: string;
  param_schema?: Record<string, unknown> | null | undefined;
  out_schema?: Record<string, unknown> | null | undefined;
}

/** Runtimes built into the worker need no program. */
const programless: readonly string[] = ['http', 'noop'];

export async function checkAction(db: Db, draft: ActionDraft): Promise<ErrorDetail[]> {
  return [
    ...checkParameterSchema(draft.param_schema ?? null, 'param_schema'),
    ...checkParameterSchema(draft.out_schema ?? null, 'out_schema'),
    ...(await checkRuntime(db, draft)),
  ];
}

/** An action made through the API has no files: its entry point is the script, for runtimes that run one. */
async function checkRuntime(db: Db, draft: ActionDraft): Promise<ErrorDetail[]> {
  const ref = draft.runtime_ref;
  if ((await findRuntimeByRef(db, ref)) === undefined) {
    return [await missingDefinition('runtime_ref', 'runtime', ref, (page) => listRuntimes(db, {}, page))];
  }
  const runtime = splitRef(ref).name;
  if (programless.includes(runtime)) return [];
  if (!(inlineRuntimes as readonly string[]).includes(runtime)) {
    return [
      {
        path: 'runtime_ref',
        message: `actions of ${ref} are files of a pack`,
        hint: `a script may be given for ${inlineRuntimes.map((name) => `core.${name}`).join(', ')}`,
      },
    ];
  }
  return draft.entrypoint.trim() === '' ? [{ path: 'entrypoint', message: 'must hold the script' }] : [];
}
