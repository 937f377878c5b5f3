export { openAuthenticator } from './authenticator.js';
export type { Authenticator } from './authenticator.js';
export { hashToken, newApiToken, newOpaqueToken } from './opaque-token.js';
export { principalOf } from './session.js';
export type { Session } from './session.js';
export { standingOf } from './standing.js';
export { signed } from './token-claims.js';
export type { Basis, TokenClaims } from './token-claims.js';
