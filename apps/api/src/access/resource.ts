import type { AccessedResource } from '@attune/domain';

/** A component by its ref: `core.echo` belongs to pack `core`. */
export function componentResource(ref: string, id?: number): AccessedResource {
  return { ref, packRef: packOf(ref), ...(id === undefined ? {} : { id }) };
}

function packOf(ref: string): string {
  const dot = ref.indexOf('.');
  return dot < 0 ? ref : ref.slice(0, dot);
}
