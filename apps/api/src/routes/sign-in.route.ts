import type { Routes } from '@attune/contract';
import { ldapLogin } from '../auth/providers/ldap-login.js';
import { redeemSignIn } from '../auth/providers/redeem-sign-in.js';
import { forgetSignIn } from '../auth/providers/sign-in-cookie.js';
import { beginSignIn, finishSignIn } from '../auth/providers/sign-in.js';
import type { GroupHandlers } from '../http/call.js';

export const signInHandlers: GroupHandlers<Routes['signIn']> = {
  begin: async ({ ctx, query }) => {
    const { location, cookie } = await beginSignIn(ctx, query);
    return { location, ...(cookie === undefined ? {} : { headers: { 'set-cookie': cookie } }) };
  },

  callback: async ({ ctx, query, headers, caller }) => {
    const given = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    );
    const answer = Object.fromEntries(given) as Record<string, string>;
    const { location } = await finishSignIn(ctx, { answer, cookie: headers.cookie }, caller);
    return { location, headers: { 'set-cookie': forgetSignIn } };
  },

  exchange: ({ ctx, body, caller }) => redeemSignIn(ctx, body, caller),

  ldap: ({ ctx, body, caller }) => ldapLogin(ctx, body, caller),
};
