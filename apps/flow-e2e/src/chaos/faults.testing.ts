import { setTimeout as pause } from 'node:timers/promises';
import type { PrivateServer } from '@attune/testing';
import type { Installation } from './installation.testing.js';
import type { Member, Server } from './member.testing.js';
import { createRandom, type Random } from './random.testing.js';

/** One disturbance, from its begin until everything is as before, and what to call it. */
interface Fault {
  readonly name: string;
  happen(): Promise<void>;
}

/** Disturbances that follow each other; those of different lanes overlap. */
interface Lane {
  readonly name: string;
  /** Milliseconds between the end of one and the begin of the next. */
  readonly pause: readonly [least: number, most: number];
  next(installation: Installation, random: Random): Fault;
}

const lanes: readonly Lane[] = [
  { name: 'processes', pause: [500, 3_000], next: disturbProcess },
  { name: 'connections', pause: [500, 2_500], next: disturbConnection },
  { name: 'servers', pause: [12_000, 30_000], next: restartServer },
];

export interface FaultsOptions {
  seed: number;
  /** No fault begins after it; those under way are undone. */
  until: AbortSignal;
  tell: (text: string) => void;
}

/** Disturbs until the signal; answers when all processes run and all connections are whole. */
export async function disturb(installation: Installation, options: FaultsOptions): Promise<number> {
  const counts = await Promise.all(lanes.map((lane) => follow(lane, installation, options)));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function follow(lane: Lane, installation: Installation, options: FaultsOptions): Promise<number> {
  const { seed, until, tell } = options;
  const random = createRandom(seed, lane.name);
  let count = 0;
  for (;;) {
    await pause(random.int(...lane.pause), undefined, { signal: until }).catch(() => {});
    if (until.aborted) return count;
    const fault = lane.next(installation, random);
    tell(fault.name);
    await fault.happen();
    count += 1;
  }
}

function disturbProcess({ members }: Installation, random: Random): Fault {
  const member = random.pick(members);
  const forMs = random.int(0, 4_000);
  return random.pick([kill, kill, halt, halt, stop])(member, forMs);
}

function kill(member: Member, forMs: number): Fault {
  return {
    name: `kill -9 ${member.name}, back after ${forMs} ms`,
    happen: async () => {
      member.process().kill('SIGKILL');
      await member.process().exited;
      await pause(forMs);
      await member.restart();
    },
  };
}

/** Longer than its lease holds, or not: both happen. */
function halt(member: Member, forMs: number): Fault {
  return {
    name: `SIGSTOP ${member.name} for ${forMs} ms`,
    happen: async () => {
      member.process().kill('SIGSTOP');
      await pause(forMs);
      member.process().kill('SIGCONT');
    },
  };
}

function stop(member: Member, forMs: number): Fault {
  return {
    name: `stop ${member.name}, back after ${forMs} ms`,
    happen: async () => {
      await member.process().stop();
      await pause(forMs);
      await member.restart();
    },
  };
}

function disturbConnection({ members }: Installation, random: Random): Fault {
  const member = random.pick(members);
  const server = random.pick<Server>(['database', 'broker']);
  const forMs = random.int(100, 5_000);
  const delayMs = random.int(20, 300);
  const link = member.links[server];
  const breaks = random.pick([
    { name: 'cut', begin: () => link.cut() },
    { name: 'freeze', begin: () => link.freeze() },
    { name: `delay by ${delayMs} ms`, begin: () => link.delay(delayMs) },
  ]);
  return {
    name: `${breaks.name} ${member.name} – ${server} for ${forMs} ms`,
    happen: async () => {
      breaks.begin();
      await pause(forMs);
      link.restore();
    },
  };
}

function restartServer({ servers }: Installation, random: Random): Fault {
  const name = random.pick<Server>(['database', 'broker']);
  const server: PrivateServer = servers[name];
  const how = random.pick(['clean', 'crash'] as const);
  return { name: `restart of the ${name} (${how})`, happen: () => server.restart(how) };
}
