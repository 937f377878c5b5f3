import type { Grant } from './grant.js';

export const principalKinds = ['identity', 'execution', 'sensor', 'worker'] as const;
export type PrincipalKind = (typeof principalKinds)[number];

export const tokenKinds = ['access', 'refresh', 'api', 'sensor', 'worker', 'execution'] as const;
export type TokenKind = (typeof tokenKinds)[number];

/** Whoever is asking, whatever the token: the one thing that `authorize` decides about. */
export interface Principal {
  kind: PrincipalKind;
  tokenKind: TokenKind;
  /** On whose behalf: the owner of an execution; the system identity for sensors and workers. */
  identityId: number;
  login: string;
  grants: readonly Grant[];
  /** Of the identity; compared with the `attributes` of constraints. */
  attributes?: Readonly<Record<string, unknown>>;
  /** Of an execution token: the run it was made for. */
  executionId?: number;
}
