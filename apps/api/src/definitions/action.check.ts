import type { NewAction, ActionRow } from '@attune/db';
import { checkParameterSchema, inlineRuntimes, splitRef } from '@attune/domain';
import type { ErrorDetail } from '@attune/domain';
import type { Asker, Draft } from './definition-kind.js';
import { checkDelegation, requireKeys } from './delegation.check.js';
import { checkReference } from './reference.check.js';
import { checkVersionRanges } from './version-range.check.js';

/** Runtimes built into the worker need no program. */
const programless: readonly string[] = ['http', 'noop'];

/** What says nothing about what runs. */
const texts: ReadonlySet<string> = new Set(['label', 'description', 'tags', 'enabled', 'accesses_mcp']);

/** What its runs may do and read, who decides what they are must be allowed to do and read. */
export async function checkAction(asker: Asker, draft: Draft<ActionRow, NewAction>): Promise<ErrorDetail[]> {
  const action = draft.after;
  if ([...draft.changed].every((name) => texts.has(name))) return [];
  const path = 'default_execution_permission_set_refs';
  const undelegated = await checkDelegation(asker, path, action.default_execution_permission_set_refs ?? []);
  await requireKeys(asker, { ref: action.ref, names: action.secrets ?? [] });
  return [
    ...checkParameterSchema(action.param_schema ?? null, 'param_schema'),
    ...checkParameterSchema(action.out_schema ?? null, 'out_schema'),
    ...checkVersionRanges({ runtime_version_constraint: action.runtime_version_constraint }),
    ...checkVersionRanges(action.required_worker_runtimes ?? {}, 'required_worker_runtimes.'),
    ...(await checkProgram(asker, draft)),
    ...undelegated,
  ];
}

function checkProgram(
  asker: Asker,
  draft: Draft<ActionRow, NewAction>,
): Promise<ErrorDetail[]> | ErrorDetail[] {
  const { before, after, changed } = draft;
  if (!changed.has('runtime_ref') && !changed.has('entrypoint')) return [];
  if (before?.is_adhoc === false) return [...changed].flatMap(ofFiles);
  return after.is_adhoc === true ? checkScript(asker, after) : [];
}

/** What an action of files runs is the files' to say. */
function ofFiles(name: string): ErrorDetail[] {
  if (name !== 'runtime_ref' && name !== 'entrypoint') return [];
  return [
    { path: name, message: 'is said by the files of its pack', hint: 'install another version of the pack' },
  ];
}

/** An action made through the API has no files: its entry point is the script, for runtimes that run one. */
async function checkScript(
  asker: Asker,
  { runtime_ref: ref, entrypoint }: NewAction,
): Promise<ErrorDetail[]> {
  if (ref === null || ref === undefined) return [{ path: 'runtime_ref', message: 'is required' }];
  const missing = await checkReference(asker, { path: 'runtime_ref', entity: 'runtime', ref });
  const runtime = splitRef(ref).name;
  if (missing.length > 0 || programless.includes(runtime)) return missing;
  if (!(inlineRuntimes as readonly string[]).includes(runtime)) {
    return [
      {
        path: 'runtime_ref',
        message: `actions of ${ref} are files of a pack`,
        hint: `a script may be given for ${inlineRuntimes.map((name) => `core.${name}`).join(', ')}`,
      },
    ];
  }
  return entrypoint.trim() === '' ? [{ path: 'entrypoint', message: 'must hold the script' }] : [];
}
