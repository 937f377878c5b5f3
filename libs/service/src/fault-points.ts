import { setTimeout as delay } from 'node:timers/promises';

/**
 * Places where a test may crash or delay a process: `<app>.<stage>.<where>`.
 * Each stage has one between its commit and its publish; the fault tests walk through the whole list.
 */
export const faultPoints = [
  'api.request.after-commit-before-publish',
  'intake.events.after-commit-before-publish',
  'intake.executions.after-commit-before-publish',
  'sensor.clock.after-lock-before-commit',
  'sensor.clock.after-commit-before-publish',
  'executor.events.after-load-before-commit',
  'executor.events.after-commit-before-publish',
  'executor.events.after-publish-before-ack',
  'executor.requests.after-admission-before-commit',
  'executor.requests.after-commit-before-publish',
  'executor.requests.after-publish-before-ack',
  'executor.finished.before-commit',
  'executor.finished.after-commit-before-publish',
  'executor.finished.after-publish-before-ack',
  'executor.matches.after-commit-before-publish',
  'executor.sweep.after-take-before-publish',
  'worker.claim.after-claim-before-run',
  'worker.run.before-start',
  'worker.run.after-result-before-commit',
  'worker.run.after-commit-before-publish',
] as const;

export type FaultPoint = (typeof faultPoints)[number];

type Fault = { point: string; delayMs?: number };

const armed = parseFault(process.env['ATTUNE_FAULT']);

/**
 * Does nothing unless `ATTUNE_FAULT` names this point: `<point>` kills the process (SIGKILL) the first time
 * it is reached, `<point>=delay:500` holds it for 500 ms each time.
 */
export async function faultPoint(name: FaultPoint): Promise<void> {
  if (armed?.point !== name) return;
  if (armed.delayMs !== undefined) {
    await delay(armed.delayMs);
    return;
  }
  process.kill(process.pid, 'SIGKILL');
  await new Promise(() => {});
}

function parseFault(text: string | undefined): Fault | undefined {
  if (text === undefined || text === '') return undefined;
  const [point = '', effect] = text.split('=');
  if (!(faultPoints as readonly string[]).includes(point))
    throw new Error(`ATTUNE_FAULT: no fault point is called ${point}`);
  if (effect === undefined) return { point };
  const delayMs = /^delay:(\d+)$/.exec(effect)?.[1];
  if (delayMs === undefined) throw new Error(`ATTUNE_FAULT: ${effect} is not delay:<milliseconds>`);
  return { point, delayMs: Number(delayMs) };
}
