import { sealSecrets, secretHomes } from '@attune/db';
import type { NewPack, PackRow, Patch, SecretBox } from '@attune/db';
import { checkParameterSchema, readSecrets, resolveParameters } from '@attune/domain';
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
    ...(schemaFaults.length > 0 ? [] : resolveParameters(schema, readSecrets(config), 'config').issues),
  ];
}

/** Whatever the configuration says that is secret by its schema is stored sealed; also what has just been made so. */
export function sealedConfig({ after }: Draft<PackRow, NewPack>, secrets: SecretBox): Patch<NewPack> {
  const { ref, conf_schema, config } = after;
  if (config === undefined) return {};
  const home = secretHomes.packConfig(ref);
  return { config: sealSecrets(secrets, conf_schema, { values: readSecrets(config), home }) };
}
