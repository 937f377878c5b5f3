import {
  findActionByRef,
  findPackByRef,
  findPermissionSetByRef,
  findRuleByRef,
  findRuntimeByRef,
  findTriggerByRef,
} from '@attune/db';
import type { Db } from '@attune/db';
import { splitRef, ValidationError } from '@attune/domain';
import type { ErrorDetail } from '@attune/domain';

import { runtimeRefOf } from '../checks/reference.check.js';
import type { LoadedPack } from '../pack-contents.js';
import { isInRange } from '../version-range.js';

const finders = {
  trigger: findTriggerByRef,
  action: findActionByRef,
  runtime: findRuntimeByRef,
  permission_set: findPermissionSetByRef,
  rule: findRuleByRef,
};

interface ForeignRef {
  /** Which component refers. */
  readonly from: string;
  readonly kind: keyof typeof finders;
  readonly ref: string;
}

/** What the pack takes from other packs must be installed. Throws one ValidationError that names all that is not. */
export async function checkForeignRefs(db: Db, pack: LoadedPack): Promise<void> {
  const details = await dependencyIssues(db, pack);
  for (const { from, kind, ref } of foreignRefs(pack)) {
    if ((await finders[kind](db, ref)) === undefined) {
      details.push({ path: from, message: `${kind} '${ref}' is not installed` });
    }
  }
  if (details.length > 0) throw new ValidationError(`cannot install pack ${pack.manifest.ref}`, { details });
}

async function dependencyIssues(db: Db, { manifest }: LoadedPack): Promise<ErrorDetail[]> {
  const issues: ErrorDetail[] = [];
  for (const { pack: ref, version: range } of manifest.dependencies) {
    const installed = await findPackByRef(db, ref);
    if (installed !== undefined && isInRange(installed.version, range)) continue;
    const found = installed === undefined ? 'it is not installed' : `${installed.version} is installed`;
    issues.push({ path: 'pack.yaml dependencies', message: `needs pack '${ref}' ${range}, but ${found}` });
  }
  return issues;
}

function foreignRefs(pack: LoadedPack): ForeignRef[] {
  const own = pack.manifest.ref;
  const refs = [...runtimeRefs(pack), ...ruleRefs(pack), ...policyRefs(pack)];
  return refs.filter(({ ref }) => splitRef(ref).pack !== own);
}

function runtimeRefs({ actions, sensors }: LoadedPack): ForeignRef[] {
  return [...actions, ...sensors].map(({ ref, runner_type }) => ({
    from: `${ref} runner_type`,
    kind: 'runtime',
    ref: runtimeRefOf(runner_type),
  }));
}

function ruleRefs({ rules }: LoadedPack): ForeignRef[] {
  return rules.flatMap(({ ref, trigger_ref, action_ref, permission_set_refs = [] }): ForeignRef[] => [
    { from: `${ref} trigger_ref`, kind: 'trigger', ref: trigger_ref },
    { from: `${ref} action_ref`, kind: 'action', ref: action_ref },
    ...permission_set_refs.map((set): ForeignRef => ({
      from: `${ref} permission_set_refs`,
      kind: 'permission_set',
      ref: set,
    })),
  ]);
}

function policyRefs({ policies }: LoadedPack): ForeignRef[] {
  return policies.flatMap(({ ref, action_ref, rule_ref }) => [
    ...optionalRef(`${ref} action_ref`, 'action', action_ref),
    ...optionalRef(`${ref} rule_ref`, 'rule', rule_ref),
  ]);
}

function optionalRef(from: string, kind: ForeignRef['kind'], ref: string | undefined): ForeignRef[] {
  return ref === undefined ? [] : [{ from, kind, ref }];
}
