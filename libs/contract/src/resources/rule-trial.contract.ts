import { componentRefSchema, disabledReasons, enforcementStatuses, eventStatuses } from '@attune/domain';
import { z } from 'zod';
import { flagSchema, instantSchema, jsonObjectSchema, refParams } from '../route/fields.js';
import { defineRoute, one } from '../route/route.js';
import { backtestSchema, refusalSchema } from './backtest.contract.js';
import { executionStatusSchema } from './execution-records.contract.js';
import { updateRuleBody } from './rule.contract.js';

/** What may decide before, or instead of, the conditions of a rule; beside the reasons of enforcements. */
export const upstreamReasons = [
  'rule_not_yet',
  'other_trigger',
  'rule_disabled',
  'trigger_disabled',
  'trigger_gone',
  'addressed_to_other',
  'not_evaluated',
  'waiting',
] as const;

export const clauseSchema = z
  .object({
    path: z.string().describe('What was looked at'),
    operator: z.string(),
    expected: z.unknown(),
    actual: z.unknown(),
    ok: z.boolean(),
    note: z.string().optional().describe('A near miss: other type, other case, path that exists elsewhere'),
    explanation: z.string().describe('The clause in one plain line'),
  })
  .meta({ id: 'Clause' });

const outcomeFields = {
  matched: z.boolean().describe('What the conditions say'),
  clauses: z.array(clauseSchema),
  first_failing: z.int().nullable().describe('Index of the first clause that fails'),
  error: z.string().nullable().describe('Why it could not be decided'),
  verdict: z
    .enum(['execution', 'refused', 'no_match', 'error'])
    .describe('What conditions, action, owner and parameters lead to'),
  refusal: refusalSchema.nullable().describe('Why a match leads to no execution'),
  parameters: jsonObjectSchema
    .nullable()
    .describe('Of the action, rendered, with defaults; values declared `secret` are null'),
};

export const explanationSchema = z
  .object({
    rule_ref: z.string(),
    event: z.int(),
    decided_at: instantSchema.describe(
      'The versions of this time are used: of the evaluation, or of the event',
    ),
    rule_version: z.int().nullable().describe('Number of the version in force then'),
    ...outcomeFields,
    reasons: z
      .array(z.object({ code: z.enum([...upstreamReasons, ...disabledReasons]), message: z.string() }))
      .describe('What else decided: disabled, addressed to another rule, throttled, …'),
    live: z
      .object({
        status: z.enum(eventStatuses),
        enforcement: z.int().nullable(),
        enforcement_status: z.enum(enforcementStatuses).nullable(),
        execution: z.int().nullable(),
        execution_status: executionStatusSchema.nullable(),
      })
      .describe('What in fact happened'),
    agrees: z
      .boolean()
      .nullable()
      .describe('Whether that is what this explanation says; null: nothing has happened yet'),
  })
  .meta({ id: 'Explanation' });

export const ruleTestSchema = z
  .object({
    rule_ref: z.string(),
    ...outcomeFields,
    payload_issues: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .describe('Why an event with this payload would not be accepted'),
  })
  .meta({ id: 'RuleTest' });

export type Explanation = z.output<typeof explanationSchema>;
export type RuleTest = z.output<typeof ruleTestSchema>;
/** What explanations and tests have in common. */
export type ShownOutcome = Pick<RuleTest, keyof typeof outcomeFields>;

export const backtestBody = z
  .object({
    rule_ref: componentRefSchema.optional().describe('An existing rule'),
    version: z.int().min(1).optional().describe('Of the rule, instead of the present one'),
    draft: updateRuleBody
      .extend({ ref: componentRefSchema.optional() })
      .optional()
      .describe('What the rule would say; what is left out is as in the rule, when there is one'),
    from: instantSchema.optional().describe('Events from then on'),
    to: instantSchema.optional().describe('Events before then'),
    max_events: z.int().min(1).optional().describe('The first ones; the server has a limit of its own'),
    distinct: z
      .array(z.string().min(1).max(255))
      .max(10)
      .default([])
      .describe('Action parameters whose different values are counted: `host`, `target.port`'),
  })
  .meta({
    examples: [
      {
        rule_ref: 'ops.disk_full',
        draft: { conditions: 'event.payload.percent > 95' },
        from: '2026-01-01T00:00:00Z',
        distinct: ['message'],
      },
    ],
  });

export const ruleTrialRoutes = {
  explain: defineRoute({
    method: 'GET',
    path: '/api/v1/rules/{ref}/explain',
    summary: 'Why a rule matched an event, or did not, and what in fact happened',
    description:
      'The same function as the live path, on the versions in force then. Needs events:read as well. ' +
      'What the owner of the rule may do is looked at as it is now, and so are definitions deleted since.',
    permission: 'rules:read',
    params: refParams,
    query: z.object({ event: z.coerce.number().int().positive() }),
    response: one(explanationSchema),
  }),
  test: defineRoute({
    method: 'POST',
    path: '/api/v1/rules/{ref}/test',
    summary: 'What a rule would make of an event with this payload',
    description: 'Nothing is recorded or run.',
    permission: 'rules:read',
    params: refParams,
    body: z.object({ payload: z.unknown().optional(), created: instantSchema.optional() }),
    response: one(ruleTestSchema),
  }),
  backtest: defineRoute({
    method: 'POST',
    path: '/api/v1/rules/backtest',
    summary: 'What a rule, or a draft of one, would have done with the recorded events of its trigger',
    description:
      'Reads only. With follow=true a text/event-stream of progress, and at last the result. Of the events, those ' +
      'that events:read lets the caller see. A draft needs packs:read and actions:read on what it names, and is ' +
      'taken for its caller’s own.',
    permission: 'rules:read',
    query: z.object({ follow: flagSchema.optional() }),
    body: backtestBody,
    response: one(backtestSchema),
    stream: {
      progress: z.object({ events: z.int(), matches: z.int(), share: z.number().min(0).max(1) }),
      result: backtestSchema,
    },
    errors: ['NOT_FOUND', 'TOO_MANY_REQUESTS'],
  }),
};
