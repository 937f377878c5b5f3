import type { ruleTrialRoutes, StreamEvent } from '@attune/contract';
import { getEvent } from '@attune/db';
import { PermissionDeniedError } from '@attune/domain';
import { componentResource } from '../access/resource.js';
import { EventStream } from '../http/call.js';
import type { Call, GroupHandlers } from '../http/call.js';
import { showBacktest } from '../trials/backtest-view.js';
import { explainRule } from '../trials/explain-rule.js';
import { ruleOnTrial } from '../trials/rule-on-trial.js';
import { runBacktest } from '../trials/run-backtest.js';
import type { BacktestPlan } from '../trials/run-backtest.js';
import { testRule } from '../trials/test-rule.js';
import { loadDefinition } from './definition-handlers.js';
import { ruleKind } from './rule.route.js';

type TrialRoutes = typeof ruleTrialRoutes;
type BacktestCall = Call<TrialRoutes['backtest']>;

/** Rules tried out, on what has happened and on what has not. Nothing is written. */
export const ruleTrialHandlers: GroupHandlers<TrialRoutes> = {
  explain: async ({ ctx, params, query, access }) => {
    const row = await loadDefinition(ruleKind, ctx.db, params.ref);
    access.require(ruleKind.resourceOf(row));
    const event = await getEvent(ctx.db, query.event);
    access.requireAlso('events:read', componentResource(event.trigger_ref, event.id));
    return explainRule(ctx.db, row, event);
  },

  test: async ({ ctx, params, body, access }) => {
    const row = await loadDefinition(ruleKind, ctx.db, params.ref);
    access.require(ruleKind.resourceOf(row));
    const { payload = {}, created } = body;
    return testRule(ctx.db, row, {
      payload,
      created: created === undefined ? new Date() : new Date(created),
    });
  },

  backtest: async (call) => {
    const plan = await planOf(call);
    const giveBack = call.ctx.backtests.take();
    call.signal.addEventListener('abort', giveBack, { once: true });
    const events = eventsOf(call, plan, giveBack);
    if (call.query.follow) return new EventStream<TrialRoutes['backtest']>(events);
    for await (const { event, data } of events) if (event === 'result') return data;
    throw new Error('a backtest ended without a result');
  },
};

async function planOf(call: BacktestCall): Promise<BacktestPlan> {
  const { ctx, body, access, signal } = call;
  const { tried, current } = await ruleOnTrial(call);
  const visible = access.visible('events:read');
  if (!visible.all && visible.anyOf.length === 0) {
    throw new PermissionDeniedError('Insufficient permissions: events:read');
  }
  const { max_events: mostEvents, max_seconds: mostSeconds } = ctx.backtests.settings;
  return {
    tried,
    current,
    filter: {
      visible,
      trigger_ref: tried.rule.trigger_ref,
      ...(body.from === undefined ? {} : { created_after: new Date(body.from) }),
      ...(body.to === undefined ? {} : { created_before: new Date(body.to) }),
    },
    distinct: body.distinct,
    maxEvents: Math.min(body.max_events ?? mostEvents, mostEvents),
    maxMs: mostSeconds * 1000,
    signal,
  };
}

async function* eventsOf(
  { ctx }: BacktestCall,
  plan: BacktestPlan,
  giveBack: () => void,
): AsyncGenerator<StreamEvent<TrialRoutes['backtest']>> {
  try {
    const running = runBacktest(ctx.db, plan);
    let step = await running.next();
    for (; !step.done; step = await running.next()) yield { event: 'progress', data: step.value };
    yield { event: 'result', data: showBacktest(plan.tried, step.value) };
  } finally {
    giveBack();
  }
}
