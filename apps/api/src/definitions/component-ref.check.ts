import { splitRef } from '@attune/domain';
import type { ErrorDetail } from '@attune/domain';
import type { Asker } from './definition-kind.js';
import { checkReference } from './reference.check.js';

/** A component belongs to the pack its ref begins with, and that pack exists. */
export async function checkComponentRef(
  asker: Pick<Asker, 'db' | 'access'>,
  { ref, pack_ref: packRef }: { ref: string; pack_ref?: string | undefined },
): Promise<ErrorDetail[]> {
  const { pack } = splitRef(ref);
  if (packRef !== undefined && packRef !== pack) {
    return [
      { path: 'pack_ref', message: `must be '${pack}', the first part of ref`, hint: 'or leave it out' },
    ];
  }
  return checkReference(asker, { path: 'ref', entity: 'pack', ref: pack });
}
