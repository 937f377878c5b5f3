import type { Db, KeyRow } from '@attune/db';
import { auditAct } from '../auth/audit-act.js';
import type { Act, Actor } from '../auth/audit-act.js';

/** `details`: what it was done for, when it was not for who did it. */
export function auditKey(
  db: Db,
  actor: Actor,
  { act, key, details }: { act: string; key: Pick<KeyRow, 'id' | 'ref'>; details?: Act['details'] },
): Promise<void> {
  return auditAct(db, actor, {
    category: 'secret',
    event_type: `key.${act}`,
    resource: { type: 'key', id: key.id, ref: key.ref },
    ...(details === undefined ? {} : { details }),
  });
}
