import { didYouMean } from '@attune/domain';
import type { ErrorDetail } from '@attune/domain';
import type { Page, PageRequest } from '@attune/db';

type ListRefs = (page: PageRequest) => Promise<Page<{ ref: string }>>;

/** As many names as a hint is looked for in. */
const candidates = 1000;

/** `no trigger is called 'core.tmer'`, with the nearest name there is. */
export async function missingDefinition(
  path: string,
  entity: string,
  ref: string,
  list: ListRefs,
): Promise<ErrorDetail> {
  const { items } = await list({ limit: candidates });
  const hint = didYouMean(
    ref,
    items.map((item) => item.ref),
  );
  return { path, message: `no ${entity} is called '${ref}'`, ...(hint === undefined ? {} : { hint }) };
}
