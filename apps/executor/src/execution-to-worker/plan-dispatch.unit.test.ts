import type { ExecutionToSchedule } from '@attune/db';

import { demandsOf, planDispatch } from './plan-dispatch.js';

type Changes = Partial<Omit<ExecutionToSchedule, 'action_snapshot'>> & {
  action_snapshot?: Partial<ExecutionToSchedule['action_snapshot']>;
};

function execution({ action_snapshot, ...changes }: Changes = {}): ExecutionToSchedule {
  return {
    id: 17,
    attempt: 1,
    action: 5,
    action_ref: 'chat.post',
    action_version: 51,
    config: null,
    executor: null,
    priority: 0,
    parent: null,
    epoch: 1,
    root: 17,
    worker_selector: null,
    worker_tolerations: null,
    worker_affinity: null,
    waiting_for: null,
    ...changes,
    action_snapshot: {
      runtime_ref: 'core.python',
      runtime_version_constraint: null,
      required_worker_runtimes: {},
      worker_selector: {},
      worker_tolerations: [],
      worker_affinity: {},
      ...action_snapshot,
    } as ExecutionToSchedule['action_snapshot'],
  };
}

function plan(executions: readonly ExecutionToSchedule[], served: readonly string[]) {
  return planDispatch(executions, demandsOf(executions), new Set(served));
}

it('dispatches to the queue of the runtime when a worker serves it', () => {
  expect(plan([execution()], ['dispatch.python'])).toEqual({
    schedule: [{ id: 17, dispatch_queue: 'dispatch.python' }],
    wait: [],
    refuse: [],
  });
});

it('lets an execution wait for a worker when none serves its queue', () => {
  expect(plan([execution()], ['dispatch.shell'])).toEqual({
    schedule: [],
    wait: [
      {
        id: 17,
        waiting_for: 'worker',
        detail: 'no worker offers python',
        dispatch_queue: 'dispatch.python',
      },
    ],
    refuse: [],
  });
});

it('names the queue of a runtime of a pack by its ref', () => {
  const ruby = execution({ action_snapshot: { runtime_ref: 'langs.ruby' } });

  expect(plan([ruby], ['dispatch.langs.ruby']).schedule).toEqual([
    { id: 17, dispatch_queue: 'dispatch.langs.ruby' },
  ]);
});

it('refuses an action without a runtime', () => {
  expect(plan([execution({ action_snapshot: { runtime_ref: null } })], [])).toEqual({
    schedule: [],
    wait: [],
    refuse: [{ id: 17, error: 'cannot schedule execution 17: action chat.post has no runtime' }],
  });
});

it('names the demand that no worker meets', () => {
  const demanding = execution({ action_snapshot: { runtime_version_constraint: '>=3.12' } });

  const [wait] = plan([demanding], ['dispatch.python']).wait;

  expect(wait?.detail).toBe('no worker offers python {"runtime_version":">=3.12"}');
});

describe('the demand of an execution', () => {
  const onGpu = { action_snapshot: { worker_selector: { gpu: 'yes' } } };

  it('has a queue of its own, the same for equal demands', () => {
    const demands = demandsOf([
      execution({ id: 1, ...onGpu }),
      execution({ id: 2, worker_selector: { gpu: 'yes' } }),
      execution({ id: 3 }),
    ]);

    expect(demands.get(1)?.queue).toMatch(/^dispatch\.python\./);
    expect(demands.get(2)).toEqual(demands.get(1));
    expect(demands.get(3)).toEqual({ queue: 'dispatch.python', runtime: 'python' });
  });

  it('is the action’s where the execution says nothing, and none where it says none', () => {
    const demands = demandsOf([
      execution({ id: 1, ...onGpu }),
      execution({ id: 2, ...onGpu, worker_selector: {} }),
    ]);

    expect(demands.get(1)?.placement).toEqual({ selector: { gpu: 'yes' } });
    expect(demands.get(2)?.placement).toBeUndefined();
  });
});
