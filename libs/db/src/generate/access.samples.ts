import { inTransaction } from '../database.js';
import * as token from '../repositories/api-token.repository.js';
import * as audit from '../repositories/audit.repository.js';
import * as idempotent from '../repositories/idempotent-request.repository.js';
import * as identity from '../repositories/identity.repository.js';
import * as role from '../repositories/identity-role.repository.js';
import * as assignment from '../repositories/permission-assignment.repository.js';
import * as setRole from '../repositories/permission-set-role.repository.js';
import * as permission from '../repositories/permission.repository.js';
import * as session from '../repositories/session.repository.js';
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
    listIdentities: (db) =>
      identity.listIdentities(db, { login: 'a*', frozen: false, role: 'operator', search: 'ad' }, firstPage),
    updateIdentity: (db) => identity.updateIdentity(db, 1, { display_name: null }),
    deleteIdentity: (db) => identity.deleteIdentity(db, 1),
    lockIdentity: (db) => inTransaction(db, (trx) => identity.lockIdentity(trx, 1)),
    countIdentities: (db) => identity.countIdentities(db),
  },
  'identity-role': {
    listIdentityRoles: (db) =>
      role.listIdentityRoles(
        db,
        { identity: 1, role: 'operator', source: 'manual', managed: false },
        firstPage,
      ),
    findIdentityRole: (db) => role.findIdentityRole(db, 1),
    listRolesByIdentity: (db) => role.listRolesByIdentity(db, [1]),
    listRoles: (db) => role.listRoles(db, 1),
    addRole: (db) => role.addRole(db, 1, 'operator'),
    removeRole: (db) => role.removeRole(db, 1, 'operator'),
    replaceManagedRoles: (db) => role.replaceManagedRoles(db, 1, { source: 'ldap', roles: ['operator'] }),
  },
  permission: {
    listGrants: (db) => permission.listGrants(db, 1),
    listGrantsOfSets: (db) => permission.listGrantsOfSets(db, ['core.viewer']),
    listGrantsOfRole: (db) => permission.listGrantsOfRole(db, 'operator'),
    listGrantHolders: (db) => permission.listGrantHolders(db, { resource: 'permissions', action: 'manage' }),
  },
  'permission-assignment': {
    insertPermissionAssignment: (db) =>
      assignment.insertPermissionAssignment(db, { identity: 1, permission_set_ref: 'core.viewer' }),
    assignPermissionSet: (db) => assignment.assignPermissionSet(db, 1, 'core.viewer'),
    findPermissionAssignment: (db) => assignment.findPermissionAssignment(db, 1),
    getPermissionAssignment: (db) => assignment.getPermissionAssignment(db, 1),
    listPermissionAssignments: (db) =>
      assignment.listPermissionAssignments(db, { identity: 1, permission_set_ref: 'core.viewer' }, firstPage),
    deletePermissionAssignment: (db) => assignment.deletePermissionAssignment(db, 1),
    unassignPermissionSet: (db) => assignment.unassignPermissionSet(db, 1, 'core.viewer'),
  },
  'permission-set-role': {
    findPermissionSetRole: (db) => setRole.findPermissionSetRole(db, 1),
    listRolesByPermissionSet: (db) => setRole.listRolesByPermissionSet(db, [1]),
    addRoleToPermissionSet: (db) => setRole.addRoleToPermissionSet(db, 'core.viewer', 'operator'),
    removeRoleFromPermissionSet: (db) => setRole.removeRoleFromPermissionSet(db, 'core.viewer', 'operator'),
    listPermissionSetRoles: (db) =>
      setRole.listPermissionSetRoles(db, { permission_set_ref: 'core.viewer', role: 'operator' }, firstPage),
  },
  session: {
    insertSession: (db) => session.insertSession(db, { identity: 1, refresh_hash: 'a', expires_at: later }),
    findSession: (db) => session.findSession(db, '00000000-0000-0000-0000-000000000000'),
    rotateSession: (db) =>
      session.rotateSession(db, {
        family_hash: 'a',
        refresh_hash: 'b',
        next_refresh_hash: 'c',
        expires_at: later,
      }),
    getSession: (db) => session.getSession(db, '00000000-0000-0000-0000-000000000000'),
    listSessions: (db) => session.listSessions(db, { identity: 1, active: true }, firstPage),
    endSession: (db) => session.endSession(db, '00000000-0000-0000-0000-000000000000', 'logout'),
    endSessions: (db) => session.endSessions(db, 1, 'password changed'),
    endSessionsOfApiToken: (db) => session.endSessionsOfApiToken(db, 1, 'token revoked'),
    deleteSession: (db) => session.deleteSession(db, '00000000-0000-0000-0000-000000000000'),
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
    findApiToken: (db) => token.findApiToken(db, 1),
    getApiToken: (db) => token.getApiToken(db, 1),
    listApiTokens: (db) => token.listApiTokens(db, { identity: 1, active: true }, firstPage),
    touchApiToken: (db) => token.touchApiToken(db, 1, '::1'),
    revokeApiToken: (db) => token.revokeApiToken(db, 1, { by: 1, reason: 'lost' }),
    revokeApiTokens: (db) => token.revokeApiTokens(db, 1, { by: 1, reason: 'frozen' }),
    deleteApiToken: (db) => token.deleteApiToken(db, 1),
  },
  audit: {
    insertAuditEvent: (db) =>
      audit.insertAuditEvent(db, { category: 'auth', event_type: 'auth.login', outcome: 'success' }),
    insertAuditEvents: (db) =>
      audit.insertAuditEvents(db, [{ category: 'auth', event_type: 'auth.login', outcome: 'success' }]),
    findAuditEvent: (db) => audit.findAuditEvent(db, 1),
    getAuditEvent: (db) => audit.getAuditEvent(db, 1),
    listAuditEvents: (db) =>
      audit.listAuditEvents(
        db,
        {
          category: 'auth',
          event_type: 'auth.*',
          outcome: 'denied',
          actor_identity: 1,
          actor_login: 'ada',
          resource_type: 'rule',
          resource_id: 1,
          resource_ref: 'core.*',
          request_id: 'r',
          http_method: 'get',
          http_path: '/api/*',
          http_status: 403,
          created_after: later,
        },
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
