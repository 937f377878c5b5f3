import { listGrantHolders, lockDefinitions } from '@attune/db';
import type { Db, Trx } from '@attune/db';
import { holdsEverything, InvalidStateError } from '@attune/domain';

/**
 * Work that may take rights away, whoever asks for it. Such changes happen one after the other, and none takes away
 * the last administrator: of two administrators who remove each other at once one stays. Throws InvalidStateError,
 * which the transaction must not outlive.
 */
export async function keepingAdministrator<T>(trx: Trx, work: () => Promise<T>): Promise<T> {
  await lockDefinitions(trx);
  const hadAdministrator = await hasAdministrator(trx);
  const result = await work();
  if (hadAdministrator && !(await hasAdministrator(trx))) refuseLast();
  return result;
}

/**
 * Whether somebody is active who holds every permission without limits. As nobody grants more than they hold, what
 * the last one held could be granted to nobody any more.
 */
async function hasAdministrator(db: Db): Promise<boolean> {
  const holders = await listGrantHolders(db, { resource: 'permissions', action: 'manage' });
  return holders.some(holdsEverything);
}

function refuseLast(): never {
  throw new InvalidStateError('nobody would be left who holds every permission', {
    details: [
      {
        path: '',
        message: 'is the last administrator, or makes somebody the last administrator',
        hint: 'assign core.admin to somebody else first',
      },
    ],
  });
}
