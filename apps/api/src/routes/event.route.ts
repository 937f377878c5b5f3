import type { Routes } from '@attune/contract';
import { deleteEvent, getEvent, inTransaction, listEvents, listTriggers } from '@attune/db';
import type { EventRow, EventSummary } from '@attune/db';
import { didYouMean, ValidationError } from '@attune/domain';
import type { ErrorDetail } from '@attune/domain';
import { recordEvents } from '@attune/intake';
import type { IncomingEvent } from '@attune/intake';
import { auditAct } from '../auth/audit-act.js';
import { componentResource } from '../access/resource.js';
import type { ApiContext } from '../context.js';
import type { Call, GroupHandlers } from '../http/call.js';
import { createdBetween, listPage } from './listing.js';

type EventRoutes = Routes['events'];
type RecordBody = Call<EventRoutes['record']>['body'];
type NewEvent = Extract<RecordBody, { trigger_ref: string }>;

export const eventHandlers: GroupHandlers<EventRoutes> = {
  record: async ({ ctx, body, access, principal, idempotency }) => {
    const events = 'events' in body ? body.events : [body];
    events.forEach(({ trigger_ref }) => access.require(componentResource(trigger_ref)));
    const { executionId } = principal;
    const incoming = events.map((event, index) => ({
      ...incomingOf(event, idempotency?.workKey(index)),
      ...(executionId === undefined ? {} : { causeExecution: executionId }),
    }));
    const recorded = await recordEvents(ctx, incoming).catch((error: unknown) => refuse(ctx, error, body));
    const shown = recorded.map(({ id, duplicate }, index) => ({
      id,
      trigger_ref: incoming[index]?.trigger ?? '',
      duplicate,
    }));
    return 'events' in body ? { events: shown } : (shown[0] ?? { events: [] });
  },

  list: async ({ ctx, query, access }) => {
    const { trigger_ref, source_ref, rule_ref, status } = query;
    const filter = {
      visible: access.visible(),
      trigger_ref,
      source_ref,
      rule_ref,
      status,
      ...createdBetween(query),
    };
    return listPage(query, (page) => listEvents(ctx.db, filter, page), showEventSummary);
  },

  delete: async (call) => {
    const { ctx, params, access } = call;
    const { id, trigger_ref } = await getEvent(ctx.db, params.id);
    access.require(componentResource(trigger_ref, id));
    await inTransaction(ctx.db, async (trx) => {
      const act = { category: 'admin', event_type: 'event.deleted' } as const;
      if (await deleteEvent(trx, id)) {
        await auditAct(trx, call, { ...act, resource: { type: 'event', id, ref: trigger_ref } });
      }
    });
    return { success: true as const, message: `event ${id} is deleted` };
  },

  get: async ({ ctx, params, access }) => {
    const row = await getEvent(ctx.db, params.id);
    access.require(componentResource(row.trigger_ref, row.id));
    return showEvent(row);
  },
};

function incomingOf(event: NewEvent, workKey: string | undefined): IncomingEvent {
  const { trigger_ref, payload, config, dedupe_key = workKey } = event;
  return {
    trigger: trigger_ref,
    payload: payload === undefined ? {} : payload,
    ...(config === undefined ? {} : { config }),
    ...(dedupe_key === undefined ? {} : { dedupeKey: dedupe_key }),
  };
}

/** Intake speaks of `events[0].trigger`; callers wrote `trigger_ref`, and for one event no list. */
async function refuse(ctx: ApiContext, error: unknown, body: RecordBody): Promise<never> {
  if (!(error instanceof ValidationError)) throw error;
  const known = error.details.some(({ path }) => path.endsWith('].trigger'))
    ? (await listTriggers(ctx.db, {}, { limit: 1000 })).items.map(({ ref }) => ref)
    : [];
  throw new ValidationError(error.message, {
    details: error.details.map((detail) => wireDetail(detail, body, known)),
    cause: error,
  });
}

function wireDetail(detail: ErrorDetail, body: RecordBody, known: readonly string[]): ErrorDetail {
  const [, index = '0'] = /^events\[(\d+)\]/.exec(detail.path) ?? [];
  const isTrigger = detail.path.endsWith('].trigger');
  const inList = isTrigger ? detail.path.replace(/trigger$/, 'trigger_ref') : detail.path;
  const path = 'events' in body ? inList : inList.replace(/^events\[0\]\.?/, '');
  const event = 'events' in body ? body.events[Number(index)] : body;
  const hint = isTrigger && event !== undefined ? didYouMean(event.trigger_ref, known) : detail.hint;
  return { path, message: detail.message, ...(hint === undefined ? {} : { hint }) };
}

function showEventSummary(row: EventSummary) {
  const { id, trigger_ref, source_ref, rule_ref, cause_execution, cause_depth, status, matched } = row;
  return {
    id,
    trigger_ref,
    source_ref,
    rule_ref,
    cause_execution,
    cause_depth,
    status,
    matched,
    created: row.created.toISOString(),
    evaluated_at: row.evaluated_at?.toISOString() ?? null,
  };
}

function showEvent(row: EventRow) {
  return { ...showEventSummary(row), payload: row.payload, config: row.config };
}
