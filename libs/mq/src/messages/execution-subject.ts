import { splitRef } from '@attune/domain';
import type { NoticeChange } from './notice.message.js';

/** The columns of an execution that say who may be told of it. */
export interface ToldExecution {
  readonly action_ref: string;
  readonly root: number;
  readonly parent?: number | null;
  /** Identity it runs for. */
  readonly executor: number | null;
}

export type ExecutionSubject = Pick<NoticeChange, 'ref' | 'packRef' | 'root' | 'parent' | 'identityId'>;

/** What every notice about an execution or its log says, for subscribers who may read some executions only. */
export function executionSubject({
  action_ref: ref,
  root,
  parent,
  executor,
}: ToldExecution): ExecutionSubject {
  return {
    ref,
    packRef: splitRef(ref).pack,
    root,
    ...(parent === null || parent === undefined ? {} : { parent }),
    ...(executor === null ? {} : { identityId: executor }),
  };
}
