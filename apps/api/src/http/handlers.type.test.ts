import { defineRoute, one } from '@attune/contract';
import { z } from 'zod';
import type { Handlers } from './call.js';

const response = one(z.object({}));

/** Never called: it compiles, or what keeps routes from being open or unserved is gone. */
export function check(handlers: Handlers): Handlers[] {
  // @ts-expect-error a route without a permission is not a route
  defineRoute({ method: 'GET', path: '/x', summary: 's', response });
  // @ts-expect-error a permission that is not in the table
  defineRoute({ method: 'GET', path: '/x', summary: 's', permission: 'rules:explode', response });
  defineRoute({ method: 'GET', path: '/x', summary: 's', permission: 'public', response });
  const { me: _me, ...auth } = handlers.auth;
  return [
    // @ts-expect-error the handler of GET /auth/me is missing
    { ...handlers, auth },
    // @ts-expect-error a handler answers what the contract says
    { ...handlers, auth: { ...handlers.auth, me: async () => ({ id: 'seven' }) } },
  ];
}

test('the contract decides what compiles', () => {
  expect(typeof check).toBe('function');
});
