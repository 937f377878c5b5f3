import * as token from '../repositories/api-token.repository.js';
import * as audit from '../repositories/audit.repository.js';
import * as idempotent from '../repositories/idempotent-request.repository.js';
import * as identity from '../repositories/identity.repository.js';
import * as permission from '../repositories/permission.repository.js';
import * as session from '../repositories/session.repository.js';
import * as signing from '../repositories/signing-key.repository.js';
import type { Samples } from './sample.js';
import { firstPage } from './sample.js';

const later = new Date(86_400_000);
const requestId = { owner: 1, key: 'k' };

/** Who may do what, and who did. */
export const accessSamples: Samples = {
  identity: {
    insertIdentity: (db) => identity.insertIdentity(db, { login: 'ada' }),
    findIdentity: (db) => identity.findIdentity(db, 1),
    findIdentityByLogin: (db) => identity.findIdentityByLogin(db, 'ada'),
    getIdentity: (db) => identity.getIdentity(db, 1),
    getIdentityByLogin: (db) => identity.getIdentityByLogin(db, 'ada'),
    listIdentities: (db) => identity.listIdentities(db, { frozen: false, search: 'ad' }, firstPage),
    updateIdentity: (db) => identity.updateIdentity(db, 1, { display_name: null }),
    deleteIdentity: (db) => identity.deleteIdentity(db, 1),
    recordFailedLogin: (db) => identity.recordFailedLogin(db, 1, later),
    clearFailedLogins: (db) => identity.clearFailedLogins(db, 1),
    countIdentities: (db) => identity.countIdentities(db),
  },
  permission: {
    listGrants: (db) => permission.listGrants(db, 1),
    listAssignedPermissionSets: (db) => permission.listAssignedPermissionSets(db, 1),
    assignPermissionSet: (db) => permission.assignPermissionSet(db, 1, 'core.viewer'),
    unassignPermissionSet: (db) => permission.unassignPermissionSet(db, 1, 'core.viewer'),
    listRoles: (db) => permission.listRoles(db, 1),
    addRole: (db) => permission.addRole(db, 1, 'operator'),
    removeRole: (db) => permission.removeRole(db, 1, 'operator'),
    addRoleToPermissionSet: (db) => permission.addRoleToPermissionSet(db, 'core.viewer', 'operator'),
  },
  session: {
    insertSession: (db) => session.insertSession(db, { identity: 1, refresh_hash: 'a', expires_at: later }),
    findSession: (db) => session.findSession(db, '00000000-0000-0000-0000-000000000000'),
    rotateSession: (db) =>
      session.rotateSession(db, { refresh_hash: 'a', next_refresh_hash: 'b', expires_at: later }),
    endSession: (db) => session.endSession(db, '00000000-0000-0000-0000-000000000000', 'logout'),
    endSessions: (db) => session.endSessions(db, 1, 'password changed'),
    listSessions: (db) => session.listSessions(db, 1),
  },
  'api-token': {
    insertApiToken: (db) =>
      token.insertApiToken(db, {
        identity: 1,
        label: 'ci',
        token_hash: 'a',
        token_prefix: 'at_',
        token_suffix: 'z',
      }),
    findApiTokenByHash: (db) => token.findApiTokenByHash(db, 'a'),
    listApiTokens: (db) => token.listApiTokens(db, 1),
    touchApiToken: (db) => token.touchApiToken(db, 1, '::1'),
    revokeApiToken: (db) => token.revokeApiToken(db, 1, { by: 1, reason: 'lost' }),
  },
  'signing-key': {
    insertSigningKey: (db) =>
      signing.insertSigningKey(db, { kid: 'k', algorithm: 'EdDSA', public_jwk: {}, private_sealed: {} }),
    findActiveSigningKey: (db) => signing.findActiveSigningKey(db),
    listPublicSigningKeys: (db) => signing.listPublicSigningKeys(db),
    retireSigningKey: (db) => signing.retireSigningKey(db, 'k', later),
  },
  audit: {
    insertAuditEvent: (db) =>
      audit.insertAuditEvent(db, { category: 'auth', event_type: 'auth.login', outcome: 'success' }),
    listAuditEvents: (db) =>
      audit.listAuditEvents(
        db,
        { category: 'auth', actor_identity: 1, resource_ref: 'core.*', created_after: later },
        firstPage,
      ),
  },
  'idempotent-request': {
    beginIdempotentRequest: (db) =>
      idempotent.beginIdempotentRequest(db, { ...requestId, request_hash: 'h' }),
    finishIdempotentRequest: (db) => idempotent.finishIdempotentRequest(db, { ...requestId, answer: {} }),
    dropIdempotentRequest: (db) => idempotent.dropIdempotentRequest(db, requestId),
  },
};
