import type { Grant } from './grant.js';

export const principalKinds = ['identity', 'execution', 'sensor', 'worker'] as const;
export type PrincipalKind = (typeof principalKinds)[number];

export const tokenKinds = ['access', 'refresh', 'api', 'sensor', 'worker', 'execution'] as const;
export type TokenKind = (typeof tokenKinds)[number];

/** Whoever is asking, whatever the token: the one thing that `authorize` decides about. */
export interface Principal {
  kind: PrincipalKind;
  tokenKind: TokenKind;
  /** On whose behalf: who an execution runs for; the account that minted the token of a sensor or a worker. */
  identityId: number;
  login: string;
  /** All it may do, now: for a token with limits of its own what is left of the identity's grants within them. */
  grants: readonly Grant[];
  /** Of the identity; compared with the `attributes` of constraints. */
  attributes?: Readonly<Record<string, unknown>>;
  /** Of an execution token: the run it was made for. */
  executionId?: number;
  /** Of a sensor token. */
  sensorRef?: string;
  /** Of a worker token. */
  workerId?: number;
}
