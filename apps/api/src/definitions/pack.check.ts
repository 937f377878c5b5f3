import type { NewPack, PackRow } from '@attune/db';
import { checkParameterSchema, resolveParameters } from '@attune/domain';
import type { ErrorDetail } from '@attune/domain';
import { isVersion } from '@attune/packs';
import type { Asker, Draft } from './definition-kind.js';
import { checkVersionRanges } from './version-range.check.js';

/** The configuration fits its schema; who changes what it says needs packs:configure. */
export async function checkPack({ access }: Asker, draft: Draft<PackRow, NewPack>): Promise<ErrorDetail[]> {
  const { before, after, changed } = draft;
  if (before !== undefined && changed.has('config')) {
    const { id, ref, installed_by: ownerIdentityId } = before;
    access.requireAlso('packs:configure', { id, ref, packRef: ref, ownerIdentityId });
  }
  const { conf_schema: schema = {}, config = {}, dependencies = [] } = after;
  const schemaFaults = checkParameterSchema(schema, 'conf_schema');
  return [
    ...(isVersion(after.version)
      ? []
      : [{ path: 'version', message: "must be a semantic version such as '1.0.0'" }]),
    ...dependencies.flatMap(({ version }, index) =>
      checkVersionRanges({ version }, `dependencies[${index}].`),
    ),
    ...schemaFaults,
    ...(schemaFaults.length > 0 ? [] : resolveParameters(schema, config, 'config').issues),
  ];
}
