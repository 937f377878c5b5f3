import { symlink } from 'node:fs/promises';
import { join } from 'node:path';

import { loadPack } from './load-pack.js';
import { formatProblem, PackLoadError } from './pack-problem.js';
import { demoPack, writePack } from './testing/write-pack.js';

async function problemsOf(directory: string): Promise<string[]> {
  const error: unknown = await loadPack(directory).catch((reason: unknown) => reason);
  if (!(error instanceof PackLoadError)) throw new Error(`expected a PackLoadError, got ${String(error)}`);
  return error.problems.map(formatProblem);
}

/** The problems of the demo pack when some of its files are replaced. */
async function problemsWith(files: Readonly<Record<string, string>>): Promise<string[]> {
  return problemsOf(await writePack({ ...demoPack, ...files }));
}

function replaced(file: keyof typeof demoPack, from: string, to: string): Record<string, string> {
  const text = demoPack[file] ?? '';
  if (!text.includes(from)) throw new Error(`${file} does not contain ${from}`);
  return { [file]: text.replace(from, to) };
}

test('a pack without mistakes is read whole, with defaults filled in', async () => {
  const directory = await writePack(demoPack);
  const pack = await loadPack(directory);
  expect(pack).toMatchObject({
    directory,
    manifest: { ref: 'demo', version: '1.0.0', tags: [], config: {} },
    triggers: [{ ref: 'demo.door', enabled: true }],
    actions: [{ ref: 'demo.ring', runner_type: 'shell', output_format: 'text', parameter_format: 'json' }],
    rules: [{ ref: 'demo.door_rings', enabled: true, action_params: { times: 2 } }],
    sensors: [],
    runtimes: [],
    permission_sets: [],
    policies: [],
  });
});

test('the content hash changes with a byte, a name or an executable bit, and with nothing else', async () => {
  const hashOf = async (files: Readonly<Record<string, string>>) =>
    (await loadPack(await writePack(files))).contentHash;
  const base = await hashOf(demoPack);
  const ring = 'actions/ring.sh';
  expect(await hashOf({ ...demoPack, '__pycache__/x.pyc': 'x', '.git/HEAD': 'ref' })).toBe(base);
  const others = await Promise.all([
    hashOf({ ...demoPack, [ring]: '#!/bin/sh\n\n' }),
    hashOf({ ...demoPack, 'lib/a.txt': '' }),
    hashOf({ ...demoPack, 'lib/b.txt': '' }),
  ]);
  expect(new Set([base, ...others]).size).toBe(4);
});

test('all mistakes of all files are reported at once, in order', async () => {
  const problems = await problemsWith({
    'pack.yaml': 'ref: demo\nlabel: Demo\nversion: one\nauthr: me\n',
    ...replaced('actions/ring.yaml', 'entry_point: ring.sh', 'entry_point: rong.sh'),
    ...replaced('rules/door_rings.yaml', 'demo.door\n', 'demo.dor\n'),
  });
  expect(problems).toEqual([
    "actions/ring.yaml:4:14: there is no file actions/rong.sh; did you mean 'ring.sh'?",
    "pack.yaml:3:10: version: must be a semantic version such as '1.0.0'",
    "pack.yaml:4:1: unknown key 'authr'; did you mean 'author'?",
    "rules/door_rings.yaml:3:14: 'demo.dor' is not in triggers/ of this pack; did you mean 'demo.door'?",
  ]);
});

test('the message of the error says it all, for logs and terminals', async () => {
  const directory = await writePack({ ...demoPack, ...replaced('actions/ring.yaml', 'shell', 'shel') });
  await expect(loadPack(directory)).rejects.toThrow(
    `the pack in ${directory} cannot be loaded:\n` +
      "  actions/ring.yaml:3:14: there is no runtime 'shel'; did you mean 'shell'?",
  );
});

describe('the shape of a file', () => {
  const cases: [name: string, files: Record<string, string>, expected: string[]][] = [
    [
      'unknown key, with the nearest name',
      replaced('actions/ring.yaml', 'parameters:', 'paramters:'),
      ["actions/ring.yaml:5:1: unknown key 'paramters'; did you mean 'parameters'?"],
    ],
    [
      'unknown key inside an object',
      { 'actions/ring.yaml': `${demoPack['actions/ring.yaml']}retry:\n  count: 2\n  dely: 3\n` },
      ["actions/ring.yaml:10:3: unknown key 'dely'; did you mean 'delay'?"],
    ],
    [
      'wrong type',
      replaced('actions/ring.yaml', 'label: Ring', 'label: 7'),
      ['actions/ring.yaml:2:8: label: expected string, received number'],
    ],
    [
      'missing key, at the object that lacks it',
      replaced('rules/door_rings.yaml', 'action_ref: demo.ring\n', ''),
      ["rules/door_rings.yaml:1:1: missing key 'action_ref'"],
    ],
    [
      'value that is not in the list',
      replaced('actions/ring.yaml', 'runner_type: shell', 'runner_type: shell\noutput_format: yml'),
      ["actions/ring.yaml:4:16: output_format: must be one of text, json, yaml, jsonl; did you mean 'yaml'?"],
    ],
    [
      'key that occurs twice',
      replaced('pack.yaml', 'label: Demo', 'label: Demo\nlabel: Demo'),
      ['pack.yaml:3:1: map keys must be unique'],
    ],
    [
      'syntax',
      replaced('triggers/door.yaml', '{ type: string, required: true }', '{ type: string'),
      expect.arrayContaining([expect.stringMatching(/^triggers\/door\.yaml:\d+:\d+: /)]) as string[],
    ],
    [
      'key that would reach a prototype',
      replaced('triggers/door.yaml', 'open:', '__proto__:'),
      ["triggers/door.yaml:6:3: '__proto__' cannot be a key"],
    ],
    [
      'tag of the host language',
      replaced('pack.yaml', 'label: Demo', 'label: !!js/function x'),
      [expect.stringMatching(/^pack\.yaml:2:8: unresolved tag/) as string],
    ],
    [
      'empty file',
      { 'triggers/empty.yaml': '' },
      ['triggers/empty.yaml:1:1: the file: expected object, received null'],
    ],
  ];
  test.each(cases)('%s', async (_name, files, expected) => {
    expect(await problemsWith(files)).toEqual(expected);
  });
});

describe('what files say of each other', () => {
  const cases: [name: string, files: Record<string, string>, expected: string[]][] = [
    [
      'ref of another pack',
      replaced('triggers/door.yaml', 'ref: demo.door', 'ref: other.door'),
      [
        "rules/door_rings.yaml:3:14: 'demo.door' is not in triggers/ of this pack",
        "triggers/door.yaml:1:6: 'other.door' must begin with 'demo.'",
      ],
    ],
    [
      'ref that two files have',
      { 'triggers/gate.yaml': demoPack['triggers/door.yaml'] ?? '' },
      ["triggers/gate.yaml:1:6: 'demo.door' is already in triggers/door.yaml"],
    ],
    [
      'reference to a component whose file has another mistake is not dangling',
      replaced('triggers/door.yaml', 'label: Door', 'labl: Door'),
      [
        "triggers/door.yaml:1:1: missing key 'label'",
        "triggers/door.yaml:2:1: unknown key 'labl'; did you mean 'label'?",
      ],
    ],
    [
      'unknown runtime',
      replaced('actions/ring.yaml', 'shell', 'shel'),
      ["actions/ring.yaml:3:14: there is no runtime 'shel'; did you mean 'shell'?"],
    ],
    [
      'runtime of this pack that it does not have',
      replaced('actions/ring.yaml', 'runner_type: shell', 'runner_type: demo.ruby'),
      ["actions/ring.yaml:3:14: 'demo.ruby' is not in runtimes/ of this pack"],
    ],
    [
      'misspelt folder',
      { 'trigger/gate.yaml': demoPack['triggers/door.yaml'] ?? '' },
      ["trigger/gate.yaml:1:1: there is no folder 'trigger' in a pack; did you mean 'triggers'?"],
    ],
    [
      'bad parameter schema',
      replaced('triggers/door.yaml', 'type: boolean', 'type: bool'),
      [expect.stringMatching(/^triggers\/door\.yaml:6:\d+: output\.open/) as string],
    ],
    [
      'bad condition',
      replaced('rules/door_rings.yaml', 'operator: equals', 'operator: equls'),
      [
        expect.stringMatching(
          /^rules\/door_rings\.yaml:6:\d+: conditions\[0\].*did you mean 'equals'\?$/,
        ) as string,
      ],
    ],
    [
      'bad expression',
      replaced(
        'rules/door_rings.yaml',
        '  - { field: open, operator: equals, value: true }',
        '  expression: event.payload.open ===',
      ),
      [expect.stringMatching(/^rules\/door_rings\.yaml:6:\d+: conditions\.expression: .*column/) as string],
    ],
    [
      'bad template',
      replaced('rules/door_rings.yaml', 'times: 2', "times: '{{ evnt.id }}'"),
      [expect.stringMatching(/^rules\/door_rings\.yaml:8:\d+: action_params\.times: .*evnt/) as string],
    ],
    [
      'action parameter of the wrong type, written out',
      replaced('rules/door_rings.yaml', 'times: 2', 'times: twice'),
      [expect.stringMatching(/^rules\/door_rings\.yaml:8:\d+: action_params\.times: /) as string],
    ],
    [
      'missing trigger parameter',
      replaced('rules/door_rings.yaml', 'trigger_params: { building: north }\n', ''),
      [expect.stringMatching(/^rules\/door_rings\.yaml:1:1: trigger_params\.building: /) as string],
    ],
    [
      'timer that can never fire',
      {
        'rules/door_rings.yaml': (demoPack['rules/door_rings.yaml'] ?? '')
          .replace('demo.door\n', 'core.crontimer\n')
          .replace('{ building: north }', '{ expression: every day }'),
      },
      [expect.stringMatching(/^rules\/door_rings\.yaml:4:\d+: trigger_params\.expression: /) as string],
    ],
    [
      'grant of an action that the resource does not have',
      {
        'permission_sets/x.yaml':
          'ref: demo.x\nlabel: X\ngrants:\n  - resource: rules\n    actions: [read, raed]\n',
      },
      [
        "permission_sets/x.yaml:5:21: grants[0].actions[1]: rules have no action 'raed'; did you mean 'read'?",
      ],
    ],
    [
      'placeholder that nobody fills in',
      {
        'runtimes/x.yaml':
          'ref: demo.x\nname: X\nexecution_config:\n  interpreter: { binary: x, args: ["{pack_dri}"] }\n',
      },
      [
        "runtimes/x.yaml:4:36: execution_config.interpreter.args[0]: unknown placeholder '{pack_dri}'; did you mean 'pack_dir'?",
      ],
    ],
    [
      'configuration that its schema refuses',
      {
        'pack.yaml': `${demoPack['pack.yaml']}conf_schema:\n  port: { type: integer }\nconfig:\n  port: high\n`,
      },
      [expect.stringMatching(/^pack\.yaml:7:9: config\.port: /) as string],
    ],
  ];
  test.each(cases)('%s', async (_name, files, expected) => {
    expect(await problemsWith(files)).toEqual(expected);
  });
});

test('a template may stand where the schema wants another type: the value is checked when the rule fires', async () => {
  const files = replaced('rules/door_rings.yaml', 'times: 2', "times: '{{ event.payload.count }}'");
  await expect(loadPack(await writePack({ ...demoPack, ...files }))).resolves.toBeDefined();
});

describe('programs', () => {
  const withEntryPoint = (entryPoint: string) =>
    problemsWith(replaced('actions/ring.yaml', 'ring.sh', entryPoint));

  test.each(['../pack.yaml', '/etc/passwd', 'x/../../pack.yaml', '..', 'a\\..\\b'])(
    'entry point %s leaves the pack',
    async (entryPoint) => {
      expect(await withEntryPoint(entryPoint)).toEqual([
        `actions/ring.yaml:4:14: '${entryPoint}' leaves actions/ of the pack`,
      ]);
    },
  );

  test('a link is refused, wherever it leads', async () => {
    const directory = await writePack({
      ...demoPack,
      ...replaced('actions/ring.yaml', 'ring.sh', 'hosts'),
    });
    await symlink('/etc/hosts', join(directory, 'actions/hosts'));
    expect(await problemsOf(directory)).toEqual([
      'actions/hosts:1:1: is not a plain file; packs hold no links, sockets or devices',
      'actions/ring.yaml:4:14: there is no file actions/hosts',
    ]);
  });

  test('an action of a runtime with programs needs one, of http it must have none', async () => {
    expect(await problemsWith(replaced('actions/ring.yaml', 'entry_point: ring.sh\n', ''))).toEqual([
      "actions/ring.yaml:1:1: missing key 'entry_point'",
    ]);
    expect(await problemsWith(replaced('actions/ring.yaml', 'shell', 'http'))).toEqual([
      "actions/ring.yaml:4:14: runtime 'http' takes no program",
    ]);
  });

  test('a native program must be executable', async () => {
    const ring = (demoPack['actions/ring.yaml'] ?? '').replace('shell', 'native').replace('ring.sh', 'plain');
    const files = { 'actions/ring.yaml': ring, 'actions/plain': 'x' };
    expect(await problemsWith(files)).toEqual([
      'actions/ring.yaml:4:14: actions/plain is not executable; chmod +x actions/plain',
    ]);
  });
});

test('a directory without pack.yaml is no pack; without the directory there is nothing to read', async () => {
  expect(await problemsOf(await writePack({ 'README.md': 'hello' }))).toEqual(['pack.yaml:1:1: is missing']);
  await expect(loadPack('/nowhere/at/all')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a YAML bomb ends as one error, quickly', async () => {
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]']
    .concat(
      'bcdefgh'.split('').map((name, index) => {
        const previous = 'abcdefg'[index];
        return `${name}: &${name} [${Array(9).fill(`*${previous}`).join(',')}]`;
      }),
    )
    .join('\n');
  expect(await problemsWith({ 'triggers/bomb.yaml': bomb })).toEqual([
    expect.stringMatching(/^triggers\/bomb\.yaml:1:1: .*alias/) as string,
  ]);
});
