import type { Session } from '@attune/access';
import type { RouteSpec } from '@attune/contract';
import { NotFoundError, PermissionDeniedError } from '@attune/domain';
import type { FastifyRequest } from 'fastify';
import { openAccess } from '../access/access.js';
import type { Access, Address } from '../access/access.js';
import { auditDenial } from '../auth/audit.js';
import type { ApiContext } from '../context.js';
import { isDefinitionId } from './definition-address.js';

/** A request that may go on to its body: who sent it, and the decisions about it. */
export interface Admission {
  /** Undefined on public routes. */
  readonly session: Session | undefined;
  readonly access: Access;
}

/** Authenticates, and refuses who holds the permission of the route on nothing at all. */
export async function admit(route: RouteSpec, request: FastifyRequest, ctx: ApiContext): Promise<Admission> {
  if (route.permission === 'public') return { session: undefined, access: openAccess(undefined, 'public') };
  const session = await ctx.auth.authenticate(request.headers.authorization, request.ip);
  const open = async () => openAccess(session.principal, route.permission, addressOf(request));
  return { session, access: await recordingDenials(open, { ctx, route, request, session }) };
}

export interface Admitted {
  ctx: ApiContext;
  route: RouteSpec;
  request: FastifyRequest;
  session: Session | undefined;
}

/** Runs the work; a denial goes into the audit trail before it is answered. */
export async function recordingDenials<T>(work: () => Promise<T>, admitted: Admitted): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { ctx, route, request, session } = admitted;
    if (isDenial(error) && session !== undefined) {
      await auditDenial(ctx, {
        principal: session.principal,
        permission: route.permission,
        requestId: request.id,
        address: request.ip,
        method: route.method,
        path: route.path,
      });
    }
    throw error;
  }
}

/** Also one that is answered as if the row did not exist. */
function isDenial(error: unknown): boolean {
  const reason = error instanceof NotFoundError ? error.cause : error;
  return reason instanceof PermissionDeniedError;
}

/** The row that the path names. */
function addressOf({ params }: FastifyRequest): Address | undefined {
  const { ref, id } = params as { ref?: string; id?: string };
  if (id !== undefined) return { field: 'id', value: Number(id) };
  if (ref === undefined) return undefined;
  return isDefinitionId(ref) ? { field: 'id', value: Number(ref) } : { field: 'ref', value: ref };
}
