import { findPackByRef, listPacks } from '@attune/db';
import type { Db } from '@attune/db';
import { splitRef } from '@attune/domain';
import type { ErrorDetail } from '@attune/domain';
import { missingDefinition } from './missing-definition.js';

/** A component belongs to the pack its ref begins with, and that pack exists. */
export async function checkComponentRef(
  db: Db,
  { ref, pack_ref: packRef }: { ref: string; pack_ref?: string | undefined },
): Promise<ErrorDetail[]> {
  const { pack } = splitRef(ref);
  if (packRef !== undefined && packRef !== pack) {
    return [
      { path: 'pack_ref', message: `must be '${pack}', the first part of ref`, hint: 'or leave it out' },
    ];
  }
  if ((await findPackByRef(db, pack)) !== undefined) return [];
  return [await missingDefinition('ref', 'pack', pack, (page) => listPacks(db, {}, page))];
}
