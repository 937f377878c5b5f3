import type { ErrorDetail } from '../errors.js';
import { checkGrouping } from './group-key.js';
import type { PolicyMethod } from './policy-method.js';

/** What a policy says, as far as it is given. */
export interface PolicySettings {
  readonly action_ref?: string | null | undefined;
  readonly rule_ref?: string | null | undefined;
  readonly pack_wide?: boolean | undefined;
  readonly method?: PolicyMethod | undefined;
  readonly window_seconds?: number | null | undefined;
  readonly parameters?: readonly string[] | undefined;
  readonly key?: string | null | undefined;
}

/** Everything that contradicts itself or cannot be read. */
export function checkPolicySettings(settings: PolicySettings): ErrorDetail[] {
  const { method, window_seconds, parameters = [], key = null } = settings;
  const displacesStarts = method === 'cancel_running' && (window_seconds ?? null) !== null;
  return [
    ...checkScope(settings),
    ...(displacesStarts
      ? [
          {
            path: 'method',
            message: 'starts that have happened cannot be taken back: not together with window_seconds',
            hint: 'cancel_new, or enqueue',
          },
        ]
      : []),
    ...checkGrouping({ parameters, key }),
  ];
}

function checkScope({ action_ref, rule_ref, pack_wide }: PolicySettings): ErrorDetail[] {
  const named = [
    ...((action_ref ?? null) === null ? [] : ['action_ref']),
    ...((rule_ref ?? null) === null ? [] : ['rule_ref']),
    ...(pack_wide === true ? ['pack_wide'] : []),
  ];
  const [first, ...others] = named;
  return others.map((path) => ({
    path,
    message: `says something else than ${first}`,
    hint: 'leave one of both out',
  }));
}
