import type { Routes } from '@attune/contract';
import { findRuleByRef, getDefinitionVersion } from '@attune/db';
import type { RuleRow } from '@attune/db';
import { NotFoundError, splitRef, ValidationError } from '@attune/domain';
import { componentResource } from '../access/resource.js';
import { checkRuleText } from '../definitions/rule.check.js';
import type { Call } from '../http/call.js';
import { ruleKind } from '../routes/rule.route.js';
import { ruleInForce } from './rule-in-force.js';
import type { RuleInForce, SaidRule } from './rule-in-force.js';

type BacktestCall = Pick<Call<Routes['rules']['backtest']>, 'ctx' | 'body' | 'access' | 'principal'>;
type Draft = NonNullable<Call<Routes['rules']['backtest']>['body']['draft']>;

export interface RuleOnTrial {
  readonly tried: RuleInForce;
  /** What the rule says now, when that is not what is tried. */
  readonly current: RuleInForce | undefined;
}

/** The rule that a backtest names, in the version it names, with the draft it gives laid over it. */
export async function ruleOnTrial(call: BacktestCall): Promise<RuleOnTrial> {
  const { ctx, body, access } = call;
  const ref = refOf(body);
  const row = await findRuleByRef(ctx.db, ref);
  access.require(row === undefined ? componentResource(ref) : ruleKind.resourceOf(row));
  if (body.draft !== undefined) return draftOnTrial(call, { ref, row, draft: body.draft });
  if (row === undefined) throw new NotFoundError('rule', 'ref', ref);
  return {
    tried: await ruleInForce(ctx.db, await storedRule(call, row)),
    current: body.version === undefined ? undefined : await ruleInForce(ctx.db, { ...row, version: 0 }),
  };
}

async function draftOnTrial(
  call: BacktestCall,
  { ref, row, draft }: { ref: string; row: RuleRow | undefined; draft: Draft },
): Promise<RuleOnTrial> {
  const { db } = call.ctx;
  const base = row === undefined ? blankRule(ref) : await storedRule(call, row);
  return {
    tried: await ruleInForce(db, await draftedRule(call, base, draft)),
    current: row && (await ruleInForce(db, { ...row, version: 0 })),
  };
}

function refOf({ rule_ref, draft }: BacktestCall['body']): string {
  const ref = rule_ref ?? draft?.ref;
  if (ref !== undefined) return ref;
  throw new ValidationError('the request does not say which rule to try', {
    details: [{ path: 'rule_ref', message: 'is required, here or as draft.ref' }],
  });
}

async function storedRule({ ctx, body: { version } }: BacktestCall, row: RuleRow): Promise<SaidRule> {
  if (version === undefined) return { ...row, version: 0 };
  const { id, content } = await getDefinitionVersion(ctx.db, { entityType: 'rule', ref: row.ref, version });
  return { ...row, ...(content as Partial<RuleRow>), version: id };
}

/** Checked as a rule that is saved; whoever saves it would own it. */
async function draftedRule(
  { ctx, access, principal }: BacktestCall,
  base: SaidRule,
  { ref: _ref, retry: _retry, ...draft }: Draft,
): Promise<SaidRule> {
  const owned = { version: 0, owner_identity: principal.identityId };
  const said: SaidRule = { ...base, ...(draft as Partial<SaidRule>), ...owned };
  access.requireAlso('packs:read', { ref: said.pack_ref, packRef: said.pack_ref });
  const missing = (['trigger_ref', 'action_ref'] as const).filter((name) => said[name] === '');
  if (missing.length > 0) {
    throw new ValidationError('the draft is of no rule yet, and does not say all of it', {
      details: missing.map((name) => ({ path: `draft.${name}`, message: 'is required' })),
    });
  }
  access.requireAlso('actions:read', componentResource(said.action_ref));
  const faults = await checkRuleText({ db: ctx.db, secrets: ctx.secrets, access, principal }, said);
  if (faults.length === 0) return said;
  throw new ValidationError('the draft could not be saved as a rule', {
    details: faults.map((fault) => ({ ...fault, path: `draft.${fault.path}` })),
  });
}

function blankRule(ref: string): SaidRule {
  return {
    id: 0,
    version: 0,
    ref,
    pack_ref: splitRef(ref).pack,
    enabled: true,
    trigger_ref: '',
    conditions: null,
    action_ref: '',
    action_params: {},
    permission_set_refs: null,
    owner_identity: null,
    priority: null,
    timeout_seconds: null,
    retry: null,
    dedupe: null,
    throttle: null,
    debounce: null,
  };
}
