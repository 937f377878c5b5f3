import type { AccessedResource } from '@attune/domain';

/** A component by its ref: `core.echo` belongs to pack `core`. */
export function componentResource(ref: string, id?: number): AccessedResource {
  return { ref, packRef: packOf(ref), ...(id === undefined ? {} : { id }) };
}

/**
 * What a list shows: everything the filters let through. Whoever may read one pack only has to name it, by
 * `pack_ref` or in front of a ref filter.
 */
export function listedResource(packRef: string | undefined, ref?: string): AccessedResource {
  const named = packRef ?? (ref === undefined ? undefined : packOf(ref));
  return named === undefined || named.includes('*') ? {} : { packRef: named };
}

function packOf(ref: string): string {
  const dot = ref.indexOf('.');
  return dot < 0 ? ref : ref.slice(0, dot);
}
