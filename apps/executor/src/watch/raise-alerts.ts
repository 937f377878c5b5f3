import { findTriggerByRef, readDoctorFacts } from '@attune/db';
import { diagnose } from '@attune/domain';
import type { Finding } from '@attune/domain';
import { recordEvents } from '@attune/intake';
import type { IncomingEvent } from '@attune/intake';
import { deadLetterFacts, deadLettersTold } from '@attune/mq';

import type { ExecutorContext } from '../context.js';
import { logAlert } from '../logger.js';
import { withoutAlertLetters } from './alert-letters.js';
import { alertTrigger } from './alert-trigger.js';

type WatchContext = Pick<ExecutorContext, 'db' | 'publisher' | 'deadLetters' | 'log'>;

/**
 * A look at everything that does not move: what needs somebody becomes an event of core.alert, each episode once,
 * whichever executor sees it. What alerts themselves have led to raises none, so that they cannot feed themselves.
 */
export function createAlerts(ctx: WatchContext): () => Promise<void> {
  let told = new Set<string>();
  return async () => {
    const findings = (await examine(ctx)).filter(isAlarming);
    const fresh = findings.filter((finding) => !told.has(keyOf(finding)));
    if (fresh.length > 0) await raise(ctx, fresh);
    told = new Set(findings.map(keyOf));
  };
}

async function examine({ db, deadLetters }: WatchContext): Promise<readonly Finding[]> {
  const facts = await readDoctorFacts(db);
  const letters = await withoutAlertLetters(db, await deadLetters.listDeadLetters(deadLettersTold));
  return diagnose({ ...facts, dead_letters: deadLetterFacts(letters) });
}

function isAlarming({ severity, trigger_ref }: Finding): boolean {
  return (severity === 'critical' || severity === 'error') && trigger_ref !== alertTrigger;
}

/** Without the core pack there is a line in the log and nothing else. */
async function raise(ctx: WatchContext, findings: readonly Finding[]): Promise<void> {
  const isInstalled = (await findTriggerByRef(ctx.db, alertTrigger)) !== undefined;
  const recorded = isInstalled ? await recordEvents(ctx, findings.map(eventOf)) : [];
  findings.forEach((finding, index) => {
    if (recorded[index]?.duplicate !== true) logAlert(ctx.log, finding, recorded[index]?.id);
  });
}

function eventOf(finding: Finding): IncomingEvent {
  const { severity, message, subject, kind, count, waits_for, actor, since, next, command } = finding;
  return {
    trigger: alertTrigger,
    dedupeKey: keyOf(finding),
    payload: {
      source: 'doctor',
      severity,
      message,
      entity_type: subject.type,
      ...(subject.id === null ? {} : { entity_id: subject.id }),
      ...(subject.ref === null ? {} : { entity_ref: subject.ref }),
      details: { kind, count, waits_for, actor, since: since?.toISOString() ?? null, next, command },
    },
  };
}

/** Names and reasons may be long; the beginning tells episodes apart. */
function keyOf({ kind, episode }: Finding): string {
  return `${kind}:${episode}`.slice(0, 500);
}
