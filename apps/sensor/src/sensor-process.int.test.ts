import { join } from 'node:path';

import { useTestDatabase } from '@attune/db/testing';
import { useTestBus } from '@attune/mq/testing';
import { startTypeScript, waitUntil } from '@attune/testing';
import type { ChildProgram } from '@attune/testing';

import { eventsOfRule, insertTimerTriggers, makeDueTimers } from './testing/timer-rules.js';

const database = useTestDatabase();
const broker = useTestBus('sensor');
const programs: ChildProgram[] = [];

function startSensor(env: Record<string, string> = {}): ChildProgram {
  const program = startTypeScript(join(__dirname, 'main.ts'), [], {
    env: {
      ATTUNE__DATABASE__URL: database.url,
      ATTUNE__BROKER__URL: broker.url,
      ATTUNE__BROKER__PREFIX: broker.prefix,
      ...env,
    },
  });
  programs.push(program);
  return program;
}

beforeAll(() => insertTimerTriggers(database.db));

afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.kill()));
});

test.each(['sensor.clock.after-lock-before-commit', 'sensor.clock.after-commit-before-publish'])(
  'killed at %s, the next process leaves exactly one event for the instant',
  async (point) => {
    const [timer] = await makeDueTimers(database.db, 1, new Date(Date.now() - 60_000));
    const rule = timer?.rule_ref ?? '';
    const dying = startSensor({ ATTUNE_FAULT: point });
    expect(await dying.ended).toEqual({ code: null, signal: 'SIGKILL' });

    const committed = point.includes('after-commit') ? 1 : 0;
    expect(await eventsOfRule(database.db, rule)).toHaveLength(committed);

    const next = startSensor();
    const [later] = await makeDueTimers(database.db, 1, new Date());
    await waitUntil(async () => (await eventsOfRule(database.db, later?.rule_ref ?? '')).length === 1, {
      timeoutMs: 20_000,
      message: () => `a later instant:\n${next.stdout()}${next.stderr()}`,
    });
    expect(await eventsOfRule(database.db, rule)).toHaveLength(1);
    next.signal('SIGTERM');
    expect(await next.ended).toEqual({ code: 0, signal: null });
  },
);
