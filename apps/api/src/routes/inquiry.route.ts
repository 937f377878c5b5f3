import type { Routes } from '@attune/contract';
import {
  cancelInquiry,
  deleteInquiry,
  expireInquiry,
  findExecution,
  getExecution,
  getInquiry,
  insertInquiry,
  listInquiries,
  listRoles,
  reassignInquiry,
  respondInquiry,
} from '@attune/db';
import type { ExecutionDetail, InquiryRow } from '@attune/db';
import { MissingReferenceError, ValidationError } from '@attune/domain';
import type { AccessedResource } from '@attune/domain';
import { executionResource } from '../access/execution-resource.js';
import type { Call, GroupHandlers } from '../http/call.js';
import { changeInquiry, refuseFinished, tellInquiry } from '../inquiries/change-inquiry.js';
import { checkQuestion, checkResponse, checkTimeout } from '../inquiries/inquiry.check.js';
import { showInquiry } from '../inquiries/inquiry-view.js';
import { requireAnswerer, requireOutsider } from '../inquiries/may-answer.js';
import { listPage } from './listing.js';

type InquiryRoutes = Routes['inquiries'];
type ByIdCall = Pick<Call<InquiryRoutes['get']>, 'ctx' | 'params' | 'access' | 'principal'>;

export const inquiryHandlers: GroupHandlers<InquiryRoutes> = {
  list: async ({ ctx, query, access, principal }) => {
    const { status, execution, assigned_to, assigned_role, mine } = query;
    const { identityId } = principal;
    const askedOf = mine ? { identity: identityId, roles: await listRoles(ctx.db, identityId) } : undefined;
    const filter = {
      visible: access.visible(),
      status,
      execution,
      assigned_to,
      assigned_role,
      asked_of: askedOf,
    };
    return listPage(query, (page) => listInquiries(ctx.db, filter, page), showInquiry);
  },

  listByStatus: async ({ ctx, params, query, access }) => {
    const filter = { visible: access.visible(), status: params.status };
    return listPage(query, (page) => listInquiries(ctx.db, filter, page), showInquiry);
  },

  ofExecution: async ({ ctx, params, query, access, principal }) => {
    const { id: execution, ...row } = await getExecution(ctx.db, params.id);
    access.require(await executionResource(ctx.db, { id: execution, ...row }, principal));
    const filter = { visible: access.visible('inquiries:read'), execution };
    return listPage(query, (page) => listInquiries(ctx.db, filter, page), showInquiry);
  },

  get: async (call) => showInquiry(await allowedInquiry(call)),

  create: async (call) => {
    const { ctx, body, access, principal } = call;
    const execution = await findExecution(ctx.db, body.execution);
    const resource = await inquiryResource(call, { ...body, execution: execution ?? { id: body.execution } });
    access.require(resource);
    const isSeen =
      execution && access.allows('executions:read', await executionResource(ctx.db, execution, principal));
    if (!isSeen) throw new MissingReferenceError('inquiry', 'execution', body.execution);
    checkQuestion(body, new Date());
    const values = { ...body, timeout_at: dateOf(body.timeout_at) };
    const row = await changeInquiry(call, 'created', (trx) => insertInquiry(trx, values));
    if (row === undefined) throw new Error('the inquiry was not stored');
    return showInquiry(row);
  },

  update: askOtherwise,
  patch: askOtherwise,

  respond: async (call) => {
    const { ctx, principal } = call;
    const inquiry = await allowedInquiry(call);
    await requireAnswerer(ctx.db, inquiry, principal);
    const { response = null } = call.body;
    checkResponse(inquiry.response_schema, response);
    const answer = { response, by: principal.identityId };
    const row = await changeInquiry(call, 'responded', (trx) => respondInquiry(trx, inquiry.id, answer));
    if (row !== undefined) return showInquiry(row);
    const expired = await expireInquiry(ctx.db, inquiry.id);
    if (expired !== undefined) await tellInquiry(call, 'expired', expired);
    return refuseFinished(ctx, 'answer', inquiry.id);
  },

  cancel: async (call) => {
    const { id } = await allowedInquiry(call);
    const row = await changeInquiry(call, 'cancelled', (trx) => cancelInquiry(trx, id));
    return row === undefined ? refuseFinished(call.ctx, 'withdraw', id) : showInquiry(row);
  },

  delete: async (call) => {
    const row = await allowedInquiry(call);
    await changeInquiry(call, 'deleted', async (trx) =>
      (await deleteInquiry(trx, row.id)) ? row : undefined,
    );
    return { success: true as const, message: `inquiry ${row.id} is deleted` };
  },
};

/** Who may change what it is about still may not have it asked of somebody they could not ask. */
async function askOtherwise(call: Call<InquiryRoutes['update' | 'patch']>) {
  const { ctx, body, access, principal } = call;
  const inquiry = await allowedInquiry(call);
  await requireOutsider(ctx.db, inquiry, principal);
  const details = checkTimeout(body, new Date());
  if (details.length > 0) throw new ValidationError('cannot ask this', { details });
  const execution = await getExecution(ctx.db, inquiry.execution);
  const { assigned_to = inquiry.assigned_to } = body;
  access.requireAlso(
    'inquiries:update',
    await inquiryResource(call, { id: inquiry.id, assigned_to, execution }),
  );
  const patch = { ...body, timeout_at: dateOf(body.timeout_at) };
  const row = await changeInquiry(call, 'updated', (trx) => reassignInquiry(trx, inquiry.id, patch));
  return row === undefined ? refuseFinished(ctx, 'change', inquiry.id) : showInquiry(row);
}

async function allowedInquiry(call: ByIdCall): Promise<InquiryRow> {
  const { ctx, params, access } = call;
  const row = await getInquiry(ctx.db, params.id);
  const execution = await getExecution(ctx.db, row.execution);
  access.require(await inquiryResource(call, { ...row, execution }));
  return row;
}

interface AskedInquiry {
  id?: number;
  assigned_to?: number | null | undefined;
  execution: Pick<ExecutionDetail, 'id'> & Partial<ExecutionDetail>;
}

/** An inquiry as grants look at it: its owner is whom it is assigned to. */
async function inquiryResource(
  { ctx, principal }: Pick<ByIdCall, 'ctx' | 'principal'>,
  { id, assigned_to = null, execution }: AskedInquiry,
): Promise<AccessedResource> {
  const { parent = null, executor = null, action_ref = '' } = execution;
  const placed = await executionResource(
    ctx.db,
    { id: execution.id, parent, executor, action_ref },
    principal,
  );
  const { executionAncestors = [] } = placed;
  return {
    ...(id === undefined ? {} : { id }),
    ownerIdentityId: assigned_to,
    executionId: execution.id,
    executionAncestors,
  };
}

function dateOf(text: string | null | undefined): Date | null | undefined {
  return typeof text === 'string' ? new Date(text) : text;
}
