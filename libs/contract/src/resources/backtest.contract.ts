import { disabledReasons } from '@attune/domain';
import { z } from 'zod';
import { instantSchema, jsonObjectSchema } from '../route/fields.js';

export const refusalSchema = z
  .object({ code: z.enum(disabledReasons), detail: z.string() })
  .meta({ id: 'Refusal' });

const peakSchema = z.object({ from: instantSchema, count: z.int() });

const eventCountSchema = z.object({
  count: z.int(),
  events: z.array(z.int()).describe('The first 100 of them'),
});

export const backtestSchema = z
  .object({
    rule_ref: z.string(),
    trigger_ref: z.string(),
    complete: z.boolean().describe('All events were looked at'),
    stopped_by: z.enum(['events', 'time']).nullable().describe('The limit that ended it before'),
    duration_ms: z.number(),
    events: z.int(),
    first_event: z.int().nullable(),
    last_event: z.int().nullable(),
    matches: z.int(),
    non_matches: z.int(),
    errors: z.int(),
    addressed_elsewhere: z.int().describe('Events meant for another rule alone'),
    executions: z.int().describe('Matches that would be run'),
    refusals: z.record(z.string(), z.int()).describe('Matches that would not, by reason'),
    failing_clauses: z
      .array(
        z.object({
          path: z.string(),
          operator: z.string(),
          expected: z.unknown(),
          count: z.int(),
          event: z.int().describe('One of them'),
        }),
      )
      .describe('Non-matches by the first clause that failed'),
    error_examples: z.array(z.object({ event: z.int(), message: z.string() })),
    match_examples: z.array(
      z.object({
        event: z.int(),
        created: instantSchema,
        parameters: jsonObjectSchema.nullable(),
        refusal: refusalSchema.nullable(),
      }),
    ),
    executions_per_hour: z.array(peakSchema).describe('Hours with executions, the last four weeks of them'),
    peak_hour: peakSchema.nullable(),
    peak_minute: peakSchema.nullable(),
    distinct: z.record(
      z.string(),
      z.object({
        count: z.int().describe('At most 1,000 are told apart'),
        is_more: z.boolean(),
        values: z.array(z.object({ value: z.string(), count: z.int() })).describe('The 20 most frequent'),
      }),
    ),
    difference: z
      .object({ added: eventCountSchema, removed: eventCountSchema, changed: eventCountSchema })
      .nullable()
      .describe('To the present version of the rule; null: it is what was tried, or there is none'),
  })
  .meta({ id: 'Backtest' });

export type ShownBacktest = z.output<typeof backtestSchema>;
