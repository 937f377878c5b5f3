import type { Principal } from '@attune/domain';

/** Who is asking, and by which login. */
export interface Session {
  readonly principal: Principal;
  readonly sessionId: string;
}
