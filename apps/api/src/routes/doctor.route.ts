import type { Routes } from '@attune/contract';
import { readDoctorFacts } from '@attune/db';
import { diagnose, isHealthy } from '@attune/domain';
import type { DeadLetterFacts, Finding } from '@attune/domain';
import { deadLetterFacts, deadLettersTold } from '@attune/mq';
import type { ApiContext } from '../context.js';
import type { GroupHandlers } from '../http/call.js';

export const doctorHandlers: GroupHandlers<Routes['doctor']> = {
  diagnose: async ({ ctx, access }) => {
    access.require({});
    const [facts, dead] = await Promise.all([readDoctorFacts(ctx.db), readDeadLetters(ctx)]);
    const findings = diagnose({ ...facts, dead_letters: dead ?? [] });
    return {
      at: facts.now.toISOString(),
      healthy: isHealthy(findings) && dead !== undefined,
      findings: findings.map(showFinding),
      warnings: dead === undefined ? ['the broker does not answer: dead letters are not known'] : [],
    };
  },
};

/** undefined: the broker is away, which must not keep the rest from being told. */
async function readDeadLetters({ deadLetters, log }: ApiContext): Promise<DeadLetterFacts[] | undefined> {
  try {
    return deadLetterFacts(await deadLetters.listDeadLetters(deadLettersTold));
  } catch (error) {
    log.warn({ event: 'doctor.broker_failed', err: error }, 'dead letters could not be looked at');
    return undefined;
  }
}

function showFinding({ episode: _episode, trigger_ref: _trigger, since, until, ...finding }: Finding) {
  return { ...finding, since: since?.toISOString() ?? null, until: until?.toISOString() ?? null };
}
