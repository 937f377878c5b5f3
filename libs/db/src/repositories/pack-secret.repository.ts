import { readSecrets } from '@attune/domain';
import { sql } from 'kysely';
import type { Db, Trx } from '../database.js';
import { inNewEpoch } from '../definition.js';
import { toJson } from '../json.js';
import type { PackRow } from '../schema/index.js';
import type { SecretBox } from '../secrets/secret-box.js';
import { holdsClearSecret, sealSecrets, secretHomes } from '../secrets/secret-values.js';

type PackConfig = Pick<PackRow, 'ref' | 'conf_schema' | 'config'>;

/**
 * Seals what stands in clear in the configurations of packs though their schemas declare it secret, in the rows and in
 * all versions: those of before there was sealing, and what a new version of a pack has made a secret. Answers the refs
 * of the packs. What is changed meanwhile is left to the next time.
 */
export async function sealPackConfigs(db: Db, box: SecretBox): Promise<string[]> {
  const packs = await db.selectFrom('pack').select(['ref', 'conf_schema', 'config']).execute();
  const found = packs.filter(({ conf_schema, config }) => holdsClearSecret(conf_schema, readSecrets(config)));
  for (const pack of found) await inNewEpoch(db, (trx) => sealPack(trx, box, pack));
  return found.map(({ ref }) => ref);
}

async function sealPack(trx: Trx, box: SecretBox, { ref, conf_schema, config }: PackConfig): Promise<void> {
  const seal = (stored: Record<string, unknown>) =>
    sealSecrets(box, conf_schema, { values: readSecrets(stored), home: secretHomes.packConfig(ref) });
  await trx
    .updateTable('pack')
    .set({ config: toJson(seal(config)) })
    .where('ref', '=', ref)
    .where(sql<boolean>`config = ${toJson(config)}::jsonb`)
    .execute();
  const versions = await trx
    .selectFrom('definition_version')
    .select(['id', sql<Record<string, unknown> | null>`content -> 'config'`.as('config')])
    .where('entity_type', '=', 'pack')
    .where('entity_ref', '=', ref)
    .execute();
  for (const { id, config: then } of versions) {
    if (then === null || !holdsClearSecret(conf_schema, readSecrets(then))) continue;
    await trx
      .updateTable('definition_version')
      .set({ content: sql`jsonb_set(content, '{config}', ${toJson(seal(then))}::jsonb)` })
      .where('id', '=', id)
      .execute();
  }
}
