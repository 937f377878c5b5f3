export { openAuthenticator } from './authenticator.js';
export type { Authenticator } from './authenticator.js';
export { hashToken, newOpaqueToken } from './opaque-token.js';
export type { Session } from './session.js';
export { signed } from './token-claims.js';
export type { TokenClaims } from './token-claims.js';
