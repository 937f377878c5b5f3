import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { checkPayload, evaluateRule, permissions, renderTemplate, resolveParameters } from '@attune/domain';

import { loadPack } from './load-pack.js';

const packs = join(__dirname, '../../../packs');

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program as a worker does: parameters on stdin, clean environment, the pack as its directory. */
async function run(pack: string, argv: readonly [string, ...string[]], stdin: string): Promise<Run> {
  const [program, ...args] = argv;
  const child = spawn(program, args, { cwd: join(packs, pack), env: { PATH: process.env['PATH'] } });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  child.stdin.end(stdin);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, ...output };
}

const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

function runShell(name: string, parameters: Record<string, string>): Promise<Run> {
  const lines = Object.entries(parameters).map(([key, value]) => `${key}=${quoted(value)}\n`);
  return run('core', ['sh', `actions/${name}.sh`], lines.join(''));
}

describe('the core pack', () => {
  test('loads without mistakes and has what the documentation promises', async () => {
    const pack = await loadPack(join(packs, 'core'));
    const refs = (folder: 'actions' | 'triggers' | 'runtimes' | 'permission_sets') =>
      pack[folder].map(({ ref }) => ref);
    expect(refs('actions')).toEqual([
      'core.echo',
      'core.http_request',
      'core.local',
      'core.noop',
      'core.sleep',
    ]);
    expect(refs('triggers')).toEqual([
      'core.alert',
      'core.crontimer',
      'core.datetimetimer',
      'core.execution_finished',
      'core.intervaltimer',
      'core.webhook',
    ]);
    expect(refs('runtimes')).toEqual([
      'core.http',
      'core.native',
      'core.nodejs',
      'core.noop',
      'core.python',
      'core.shell',
    ]);
    expect(refs('permission_sets')).toEqual([
      'core.admin',
      'core.daemon',
      'core.editor',
      'core.executor',
      'core.viewer',
    ]);
  });

  test('administrators may do everything, viewers only read, and each set contains the smaller one', async () => {
    const { permission_sets: sets } = await loadPack(join(packs, 'core'));
    const permissionsOf = (ref: string) =>
      (sets.find((set) => set.ref === ref)?.grants ?? []).flatMap(({ resource, actions }) =>
        actions.map((action) => `${resource}:${action}`),
      );
    const [admin, editor, executor, viewer] = ['admin', 'editor', 'executor', 'viewer'].map((name) =>
      permissionsOf(`core.${name}`),
    );
    expect(new Set(admin)).toEqual(new Set(permissions));
    expect(viewer?.every((permission) => permission.endsWith(':read'))).toBe(true);
    expect(executor).toEqual(expect.arrayContaining(viewer ?? []));
    expect(editor).toEqual(expect.arrayContaining(executor ?? []));
    expect(editor?.some((permission) => /:decrypt$|^(identities|permissions|tokens):/.test(permission))).toBe(
      false,
    );
  });

  test('core.echo prints its message, whatever characters it has', async () => {
    const message = `it's "quoted" $(id) \`id\` \\n %s\nsecond line`;
    expect(await runShell('echo', { message })).toEqual({ code: 0, stdout: `${message}\n`, stderr: '' });
    expect(await runShell('echo', {})).toEqual({ code: 0, stdout: '\n', stderr: '' });
  });

  test('core.sleep waits and then prints its message', async () => {
    const start = performance.now();
    expect(await runShell('sleep', { seconds: '0.2', message: 'done' })).toEqual({
      code: 0,
      stdout: 'done\n',
      stderr: '',
    });
    expect(performance.now() - start).toBeGreaterThanOrEqual(190);
  });

  test('core.local runs a command line in the directory asked for; its exit code is the command’s', async () => {
    const cmd = `printf '%s' "$(pwd)" | tr a-z A-Z; echo "it's bad" >&2; exit 3`;
    expect(await runShell('local', { cmd, cwd: '/usr/lib' })).toEqual({
      code: 3,
      stdout: '/USR/LIB',
      stderr: "it's bad\n",
    });
    expect((await runShell('local', { cmd: 'echo never', cwd: '/nowhere' })).code).toBe(1);
  });

  test('core.local gives the command an empty stdin, not the parameters', async () => {
    expect(await runShell('local', { cmd: 'cat' })).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

describe('the GitHub example pack', () => {
  const github = join(packs, 'examples/github');
  const readSample = async () =>
    JSON.parse(await readFile(join(github, 'samples/push.json'), 'utf8')) as Record<string, unknown>;

  async function decide(payload: unknown) {
    const { rules, manifest } = await loadPack(github);
    const event = { id: 1, trigger: 'github.push', payload, created: new Date() };
    const conditions = rules[0]?.conditions;
    const decision = evaluateRule({ conditions }, event, { packConfig: manifest.config });
    return { decision, event, actionParams: rules[0]?.action_params };
  }

  test('the recorded push satisfies the schema of its trigger, with fields GitHub may add', async () => {
    const { triggers } = await loadPack(github);
    const push = { ...(await readSample()), added_by_github_later: { x: 1 } };
    expect(checkPayload(triggers[0]?.output, push)).toEqual([]);
  });

  test('a push without the fields that rules rely on is refused, naming them', async () => {
    const { triggers } = await loadPack(github);
    const { ref: _, ...push } = await readSample();
    expect(checkPayload(triggers[0]?.output, push, 'payload')).toMatchObject([{ path: 'payload.ref' }]);
  });

  test('the rule matches the recorded push and renders parameters that the action accepts', async () => {
    const { decision, event, actionParams } = await decide(await readSample());
    expect(decision).toMatchObject({ matched: true });
    expect(decision.error).toBeUndefined();
    const parameters = renderTemplate(actionParams, { event }) as Record<string, unknown>;
    expect(parameters).toMatchObject({ branch: 'main', forced: false, pusher: 'tadeyemi' });
    const { actions } = await loadPack(github);
    expect(resolveParameters(actions[0]?.parameters, parameters).issues).toEqual([]);
  });

  test.each([
    ['of another branch', { ref: 'refs/heads/next' }],
    ['of a tag', { ref: 'refs/tags/main' }],
    ['that deletes the branch', { deleted: true }],
    ['of another repository', { repository: { id: 1, name: 'x', full_name: 'other/x' } }],
    ['without commits', { commits: [] }],
  ])('the rule passes over a push %s', async (_name, change) => {
    const { decision } = await decide({ ...(await readSample()), ...change });
    expect(decision).toMatchObject({ matched: false });
    expect(decision.error).toBeUndefined();
  });

  test('the action prints a summary and ends with its result, which its schema accepts', async () => {
    const { event, actionParams } = await decide(await readSample());
    const parameters = renderTemplate(actionParams, { event });
    const program = ['node', 'actions/describe_push.mjs'] as const;
    const { code, stdout, stderr } = await run('examples/github', program, JSON.stringify(parameters));
    const lines = stdout.trimEnd().split('\n');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(lines.slice(0, -1)).toEqual([
      'tadeyemi pushed 2 commits to main of octo-example/harbour',
      '  5f0c2b7 Tide table: read heights in metres (mira-olsen)',
      '  c83d19f Berth plan: warn before low water (tadeyemi)',
    ]);
    const result = JSON.parse(lines.at(-1) ?? '') as Record<string, unknown>;
    expect(result).toEqual({
      summary: 'tadeyemi pushed 2 commits to main of octo-example/harbour',
      commit_count: 2,
      authors: ['mira-olsen', 'tadeyemi'],
      files: {
        added: ['src/berth/low-water.ts'],
        modified: ['README.md', 'src/tide/table.test.ts', 'src/tide/table.ts'],
        removed: ['src/berth/warnings.old.ts'],
      },
      compare: 'https://github.com/octo-example/harbour/compare/9a1d7c40be52...c83d19fa47e6',
    });
    const { actions } = await loadPack(github);
    expect(resolveParameters(actions[0]?.output, result).issues).toEqual([]);
  });
});
