import { sealPackConfigs } from '@attune/db';
import { definitionChanged, message, notice } from '@attune/mq';
import { installPack, loadPack } from '@attune/packs';
import type { ApiContext } from '../context.js';

/**
 * Installs the packs of the configuration in the order they are named; what is installed already is a read.
 * A pack that cannot be loaded keeps the process from starting, with every problem named. What the packs that are there
 * now declare secret is sealed in their configurations.
 */
export async function installConfiguredPacks(
  ctx: Pick<ApiContext, 'db' | 'publisher' | 'log' | 'secrets'>,
  directories: readonly string[],
): Promise<void> {
  for (const directory of directories) {
    const { ref, changes } = await installPack(ctx.db, await loadPack(directory));
    if (changes.length === 0) continue;
    ctx.log.info({ event: 'pack.installed', pack: ref, changes: changes.length }, 'pack installed');
    const notices = changes.map(({ entityType, id, ref: changed, change }) => ({
      entityType,
      entityId: id,
      change,
      ref: changed,
      packRef: ref,
    }));
    await ctx.publisher
      .publish([
        ...changes.map((change) => message(definitionChanged, change)),
        message(notice, { changes: notices }),
      ])
      .catch((error: unknown) => {
        ctx.log.warn({ event: 'pack.announce_failed', err: error, pack: ref }, 'installed, not announced');
      });
  }
  const sealed = await sealPackConfigs(ctx.db, ctx.secrets);
  if (sealed.length > 0) ctx.log.info({ event: 'pack.sealed', packs: sealed }, 'secrets of packs are sealed');
}
