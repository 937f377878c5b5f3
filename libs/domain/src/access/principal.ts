import type { Grant } from './grant.js';

export const principalKinds = ['identity', 'execution', 'sensor', 'worker'] as const;
export type PrincipalKind = (typeof principalKinds)[number];

export const tokenKinds = ['access', 'refresh', 'api', 'sensor', 'worker', 'execution'] as const;
export type TokenKind = (typeof tokenKinds)[number];

/** Whoever is asking, whatever the token: the one thing that `authorize` decides about. */
export interface Principal {
  kind: PrincipalKind;
  tokenKind: TokenKind;
  identityId: number;
  login: string;
  grants: readonly Grant[];
  attributes?: Readonly<Record<string, unknown>>;
  /** Of an execution token: the run it belongs to. */
  execution?: { id: number; root: number };
  /** Of a sensor token: the only triggers it may emit. */
  triggerRefs?: readonly string[];
}
