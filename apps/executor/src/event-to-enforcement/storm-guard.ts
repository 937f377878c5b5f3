import { listBusyCauses } from '@attune/db';
import type { Db, EventRow } from '@attune/db';

import type { RuleMatch } from './decide-event.js';

/** How far a chain of causes may go by itself. */
export interface StormLimits {
  /** Executions in a row, each led to by the one before. */
  readonly max_depth: number;
  /** Events within a minute that one execution led to, directly or by others. */
  readonly max_per_minute: number;
}

/** Holds matches that a chain of executions and events leads to, which feeds itself or grows too fast. */
export interface StormGuard {
  /** The same matches; those that are held wait until somebody lets them go on. Costs nothing where no execution is the cause. */
  hold(matches: readonly RuleMatch[], events: ReadonlyMap<number, EventRow>): Promise<readonly RuleMatch[]>;
}

const minuteMs = 60_000;

export function createStormGuard(db: Db, { max_depth, max_per_minute }: StormLimits): StormGuard {
  return {
    hold: async (matches, events) => {
      const roots = new Set<number>();
      for (const { cause_root: root } of events.values()) if (root !== null) roots.add(root);
      if (roots.size === 0) return matches;
      const busy = await listBusyCauses(db, [...roots], { most: max_per_minute, spanMs: minuteMs });
      return matches.map((match) => {
        const event = events.get(match.enforcement.event_id);
        const reason = event === undefined ? undefined : reasonFor(event, busy);
        return reason === undefined ? match : held(match, reason);
      });
    },
  };

  function reasonFor({ cause_depth, cause_root, cause_execution }: EventRow, busy: ReadonlySet<number>) {
    if (cause_depth > max_depth) {
      return `${cause_depth} executions in a row led to it, the last was ${cause_execution}; ${max_depth} are allowed`;
    }
    if (cause_root !== null && busy.has(cause_root)) {
      return `execution ${cause_root} has led to more than ${max_per_minute} events within a minute`;
    }
    return undefined;
  }
}

function held({ rule, enforcement }: RuleMatch, detail: string): RuleMatch {
  const { event_id, rule_id, rule_version, disabled } = enforcement;
  if (disabled !== undefined) return { rule, enforcement };
  const waiting = { waiting_for: 'release', due_at: null, detail } as const;
  return { rule, enforcement: { event_id, rule_id, rule_version, waiting } };
}
