import { listQueues } from '@attune/db';
import type { AdmissionGroup, Db } from '@attune/db';

/** Looks at the queues of all policies in turn, however many there are. */
export interface QueueWalk {
  next(limit: number): Promise<readonly AdmissionGroup[]>;
}

export function createQueueWalk(db: Db): QueueWalk {
  let after: AdmissionGroup | undefined;
  return {
    next: async (limit) => {
      const groups = await listQueues(db, { after, limit });
      after = groups.length < limit ? undefined : groups.at(-1);
      return groups;
    },
  };
}
