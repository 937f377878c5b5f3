import * as external from '../repositories/external-identity.repository.js';
import * as attempt from '../repositories/login-attempt.repository.js';
import * as signIn from '../repositories/sign-in.repository.js';
import type { Samples } from './sample.js';

const subject = { issuer: 'https://id.example.org', sub: '1', client_id: 'attune' };

/** Logging in. */
export const signInSamples: Samples = {
  'external-identity': {
    findIdentityByLdapDn: (db) => external.findIdentityByLdapDn(db, 'ldaps://ldap.example.org', 'uid=ada'),
    findIdentityByOidcSubject: (db) => external.findIdentityByOidcSubject(db, subject),
    ensureOidcIdentity: (db) =>
      external.ensureOidcIdentity(db, { subject, login: 'ada', fallback_login: 'ada@example.org' }),
    ensureLdapIdentity: (db) =>
      external.ensureLdapIdentity(db, {
        entry: { server_url: 'ldaps://ldap.example.org', dn: 'uid=ada' },
        login: 'ada',
        fallback_login: 'ada@example.org',
      }),
  },
  'login-attempt': {
    beginLoginAttempt: (db) => attempt.beginLoginAttempt(db, 'a', [0, 1]),
    clearLoginAttempts: (db) => attempt.clearLoginAttempts(db, 'a'),
  },
  'sign-in': {
    claimSignIn: (db) => signIn.claimSignIn(db, 'a'),
    completeSignIn: (db) =>
      signIn.completeSignIn(db, 'a', {
        identity: 1,
        code: { code_hash: 'b', code_challenge: 'c', lifetime_seconds: 60 },
      }),
    redeemSignInCode: (db) => signIn.redeemSignInCode(db, 'b'),
  },
};
