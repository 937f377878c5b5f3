import {
  findActionByRef,
  findPackByRef,
  findPermissionSetByRef,
  findRuleByRef,
  findRuntimeByRef,
  findSensorByRef,
  findTriggerByRef,
  listActions,
  listPacks,
  listPermissionSets,
  listRules,
  listRuntimes,
  listSensors,
  listTriggers,
} from '@attune/db';
import type { Db, Limited, Page, PageRequest } from '@attune/db';
import { didYouMean } from '@attune/domain';
import type { ErrorDetail, Permission } from '@attune/domain';
import type { Asker } from './definition-kind.js';

interface Named {
  read: Permission;
  find: (db: Db, ref: string) => Promise<object | undefined>;
  list: (db: Db, filter: Limited, page: PageRequest) => Promise<Page<{ ref: string }>>;
}

const kinds = {
  pack: { read: 'packs:read', find: findPackByRef, list: listPacks },
  runtime: { read: 'runtimes:read', find: findRuntimeByRef, list: listRuntimes },
  sensor: { read: 'sensors:read', find: findSensorByRef, list: listSensors },
  trigger: { read: 'triggers:read', find: findTriggerByRef, list: listTriggers },
  action: { read: 'actions:read', find: findActionByRef, list: listActions },
  rule: { read: 'rules:read', find: findRuleByRef, list: listRules },
  'permission set': { read: 'permissions:read', find: findPermissionSetByRef, list: listPermissionSets },
} satisfies Record<string, Named>;

/** As many names as a hint is looked for in. */
const candidates = 1000;

export interface Reference {
  path: string;
  entity: keyof typeof kinds;
  ref: string;
}

/** A definition that is named must be there; one that is not comes with the nearest name that the caller may read. */
export async function checkReference(
  asker: Pick<Asker, 'db' | 'access'>,
  reference: Reference,
): Promise<ErrorDetail[]> {
  const { find } = kinds[reference.entity];
  return (await find(asker.db, reference.ref)) === undefined
    ? [await missingReference(asker, reference)]
    : [];
}

/** `no trigger is called 'core.tmer'`. */
export async function missingReference(
  { db, access }: Pick<Asker, 'db' | 'access'>,
  { path, entity, ref }: Reference,
): Promise<ErrorDetail> {
  const { read, list } = kinds[entity];
  const { items } = await list(db, { visible: access.visible(read) }, { limit: candidates });
  const hint = didYouMean(
    ref,
    items.map((item) => item.ref),
  );
  return { path, message: `no ${entity} is called '${ref}'`, ...(hint === undefined ? {} : { hint }) };
}
