import { resolve } from 'node:path';
import { deferExecutions, getInquiry, requestAdmissions, setWorkerCordon, updateTrigger } from '@attune/db';
import {
  makeEnforcement,
  makeExecution,
  makeInquiry,
  makeOlder,
  makePolicy,
  makeProcesses,
  makeRule,
  makeTrigger,
  makeWorker,
} from '@attune/db/testing';
import { serviceNames } from '@attune/domain';
import { startTypeScript, waitUntil } from '@attune/testing';
import { buryEvent } from '../testing/bury-event.js';
import { useTestApi } from '../testing/test-api.js';

const t = useTestApi();
const commandLine = resolve(__dirname, '../../../cli/src/main.ts');

/** What a command prints, and its exit code. */
async function attune(...args: string[]): Promise<{ code: number | null; output: string }> {
  const env = { ATTUNE_TOKEN: await t.admin(), ATTUNE_URL: t.api.url };
  const child = startTypeScript(commandLine, args, { env });
  const { code } = await child.ended;
  return { code, output: `${child.stdout()}${child.stderr()}` };
}

const diagnose = async () => (await (await t.client()).doctor.diagnose()).data;

it('nothing is found where everything moves', async () => {
  await makeProcesses(t.db, serviceNames);

  expect(await diagnose()).toMatchObject({ healthy: true, findings: [], warnings: [] });
  expect(await attune('doctor')).toMatchObject({
    code: 0,
    output: expect.stringContaining('everything moves'),
  });
});

describe('one of each', () => {
  let stuck: Awaited<ReturnType<typeof oneOfEach>>;
  let told: Awaited<ReturnType<typeof attune>>;

  beforeAll(async () => {
    await makeProcesses(t.db, serviceNames);
    stuck = await oneOfEach();
    told = await attune('doctor');
  }, 60_000);

  it('is named, with what it waits for and the command for it', async () => {
    const found = (await diagnose()).findings.map(({ severity, message, command }) => [
      severity,
      message,
      command,
    ]);

    expect(found).toEqual(
      expect.arrayContaining([
        [
          'critical',
          expect.stringMatching(/^no process of the executor is alive/),
          'docker compose up -d executor',
        ],
        [
          'error',
          expect.stringMatching(/^1 message of executor.events could not be handled/),
          `attune dead-letter requeue ${stuck.letter}`,
        ],
        ['error', '1 execution waits for a worker: no worker offers cobol', 'attune worker ls'],
        [
          'error',
          `1 match of rule ${stuck.rule} held, the first is ${stuck.match}`,
          `attune enforcement release ${stuck.match}`,
        ],
        [
          'warning',
          `trigger ${stuck.trigger} is disabled: 1 enabled rule gets nothing from it`,
          `attune trigger enable ${stuck.trigger}`,
        ],
        [
          'info',
          `1 execution waits for policy ${stuck.policy}, which allows 1 at once; the next is ${stuck.queued}`,
          `attune exec show ${stuck.holder}`,
        ],
        ['info', '1 execution waits for its delay', `attune exec show ${stuck.delayed}`],
        ['info', '1 execution waits for being resumed', `attune exec resume ${stuck.paused}`],
        [
          'info',
          `inquiry ${stuck.inquiry} of execution ${stuck.asking} is open`,
          `attune inquiry respond ${stuck.inquiry}`,
        ],
        [
          'info',
          `worker ${stuck.worker.name} is given nothing new: new disk`,
          `attune worker uncordon ${stuck.worker.id}`,
        ],
      ]),
    );
  });

  it('is told by the command line, which fails', async () => {
    expect(told.code).toBe(1);
    for (const { message, command } of (await diagnose()).findings) {
      expect(told.output).toContain(message);
      expect(told.output).toContain(`$ ${command}`);
    }
  });

  it('is gone when its command has been run, where that is all it takes', async () => {
    const before = (await diagnose()).findings;
    for (const command of before.flatMap((finding) => finding.command ?? [])) {
      const [program, ...args] = command.split(' ');
      if (program !== 'attune') continue;
      const answer = args[0] === 'inquiry' && args[1] === 'respond' ? ['ok:=true'] : [];
      expect({ command, ...(await attune(...args, ...answer)) }).toMatchObject({ command, code: 0 });
    }
    await makeProcesses(t.db, serviceNames);

    const left = (await diagnose()).findings;
    // A worker has to be started, the holder to end, time to pass, and an executor to go on with what was decided.
    const { unserved, asking, delayed, policyId, match } = stuck;
    expect(left.map(({ kind, subject }) => `${kind} ${subject.id}`).sort()).toEqual(
      [
        `executions_waiting ${unserved}`,
        `executions_waiting ${asking}`,
        `executions_waiting ${delayed}`,
        `matches_waiting ${match}`,
        `policy_full ${policyId}`,
      ].sort(),
    );
    expect(left.find(({ kind }) => kind === 'matches_waiting')).toMatchObject({
      severity: 'info',
      actor: 'executor',
    });
    expect(await getInquiry(t.db, stuck.inquiry)).toMatchObject({
      status: 'responded',
      response: { ok: true },
    });
  }, 120_000);
});

it('is asked by who may read the system', async () => {
  const { token } = await t.login([{ resource: 'executions', actions: ['read'] }]);
  expect(await t.request('GET', '/api/v1/doctor', { token })).toMatchObject({ status: 403 });
});

async function oneOfEach() {
  const { db } = t;
  await makeOlder(db, 'process', { days: 3 / 1_440, keys: ['executor@test:1'], key: 'name' });

  const unserved = await makeExecution(db);
  const detail = 'no worker offers cobol';
  await deferExecutions(db, [
    { id: unserved.id, waiting_for: 'worker', detail, dispatch_queue: 'dispatch.cobol' },
  ]);
  await makeOlder(db, 'execution', { days: 5 / 1_440, keys: [unserved.id] });

  const policy = await makePolicy(db);
  const [holder, queued] = [await makeExecution(db), await makeExecution(db)];
  for (const { id } of [holder, queued]) await requestAdmissions(db, [{ policy: policy.id, execution: id }]);

  const delayed = await makeExecution(db, { not_before: new Date(Date.now() + 3_600_000) });
  const paused = await makeExecution(db, { waiting_for: 'pause' });

  const worker = await makeWorker(db, { leaseMs: 3_600_000 });
  const asking = await makeExecution(db, { status: 'running', waiting_for: 'inquiry', worker });
  const inquiry = await makeInquiry(db, { execution: asking.id });
  await setWorkerCordon(db, worker.id, { reason: 'new disk' });

  const trigger = await makeTrigger(db);
  await makeRule(db, { trigger_ref: trigger.ref });
  await updateTrigger(db, trigger.id, { enabled: false });

  const rule = await makeRule(db);
  const match = await makeEnforcement(db, { rule });
  const letter = await buryEvent(t.bus, match.event);
  await waitUntil(async () => (await t.bus.listDeadLetters(1)).length === 1);

  return {
    letter,
    worker,
    unserved: unserved.id,
    policy: policy.ref,
    policyId: policy.id,
    holder: holder.id,
    queued: queued.id,
    delayed: delayed.id,
    paused: paused.id,
    asking: asking.id,
    inquiry: inquiry.id,
    trigger: trigger.ref,
    rule: rule.ref,
    match: match.id,
  };
}
