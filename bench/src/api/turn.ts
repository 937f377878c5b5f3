import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { eventCreated, type Bus } from '@attune/mq';
import type { ApiWorld } from './api-world.js';
import type { Case, Side, Sides } from './cases.js';
import { nextMessage } from './child-program.js';
import type { Answered, Load } from './load.js';

export interface Spent {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Of the process that answers. */
  cpuMsPerRequest: number;
}

export interface Pressure {
  connections: number;
  seconds: number;
}

/** Both sides, one after the other, under the same load. */
export async function takeTurns(
  world: ApiWorld,
  { requests }: Case,
  { generator, pressure, order }: { generator: ChildProcess; pressure: Pressure; order: readonly Side[] },
): Promise<Sides<Spent>> {
  const spent: Partial<Sides<Spent>> = {};
  for (const side of order) {
    spent[side] = await measure(generator, { ...requests[side], ...pressure }, world[side].metricsUrl);
    await dropAnnouncements(world.bus);
  }
  return spent as Sides<Spent>;
}

async function measure(generator: ChildProcess, load: Load, metricsUrl: string): Promise<Spent> {
  const before = await cpuSeconds(metricsUrl);
  generator.send(load);
  const answered = await nextMessage<Answered>(generator);
  if ('fault' in answered) throw new Error(answered.fault);
  const cpu = (await cpuSeconds(metricsUrl)) - before;
  const { perSecond, p50Ms, p99Ms, requests } = answered;
  return { perSecond, p50Ms, p99Ms, cpuMsPerRequest: (cpu * 1_000) / requests };
}

async function cpuSeconds(metricsUrl: string): Promise<number> {
  const page = await (await fetch(metricsUrl)).text();
  return Number(/^process_cpu_seconds_total(?:\{[^}]*\})? (\S+)$/m.exec(page)?.[1]);
}

/** There is no executor: what it would be told is thrown away between the turns, so that no queue grows. */
async function dropAnnouncements(bus: Bus): Promise<void> {
  const queue = 'executor.events';
  const subscription = await bus.consume(eventCreated, { queue }, (batch) =>
    Promise.resolve(batch.map(() => ({ kind: 'ack' }) as const)),
  );
  while ((await bus.queueDepth(queue)) !== 0) await delay(20);
  await subscription.close();
}
