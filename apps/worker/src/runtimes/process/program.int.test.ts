import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '@attune/testing';
import fc from 'fast-check';
import type { Ending, RunRequest } from '../runtime.js';
import { run, startRun } from '../runtime.testing.js';
import { nodejsPrograms } from './nodejs.program.js';
import { createProcessRuntime } from './process.runtime.js';
import { useProgramHost } from './program-host.testing.js';
import { pythonPrograms } from './python.program.js';
import { shellPrograms } from './shell.program.js';

const pack = mkdtempSync(join(tmpdir(), 'worker-pack-'));
const host = useProgramHost({ packs: { test: pack } });
const shell = createProcessRuntime(shellPrograms, host);
const python = createProcessRuntime(pythonPrograms({ path: 'python3', version: '3' }), host);
const nodejs = createProcessRuntime(nodejsPrograms({ path: process.execPath, version: '20' }), host);

afterAll(() => rmSync(pack, { recursive: true, force: true }));

const sh = (entrypoint: string, more: Partial<RunRequest> = {}): Promise<Ending> =>
  run(shell, { entrypoint, ...more });

const startSh = (entrypoint: string, more: Partial<RunRequest> = {}) =>
  startRun(shell, { entrypoint, ...more });

/** Processes, of any group, whose arguments contain the text. */
function processesWith(text: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });
}

function openFiles(): number {
  return readdirSync('/proc/self/fd').length;
}

describe('the end of a run', () => {
  /** A number of seconds that no other process sleeps. */
  let mark = '';

  beforeEach(() => {
    mark = `6${Math.random().toFixed(9).slice(1)}`;
  });

  test('a timeout ends the whole group, grandchildren that ignore SIGTERM included', async () => {
    const started = startSh(
      `sh -c 'trap "" TERM; sleep ${mark}1 & sleep ${mark}2' &\ntrap "" TERM\necho ready\nsleep ${mark}3`,
    );
    await waitUntil(() => started.seen.stdout.includes('ready') && processesWith(`${mark}2`).length > 0);
    started.stop.abort('timeout');
    expect(await started.ending).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
    await waitUntil(() => processesWith(mark).length === 0);
  });

  test('a program gets time to end by itself', async () => {
    const started = startSh('trap "echo cleaned up; exit 4" TERM\necho ready\nwhile :; do sleep 0.01; done');
    await waitUntil(() => started.seen.stdout.includes('ready'));
    started.stop.abort('cancel');
    expect(await started.ending).toMatchObject({ exitCode: 4, stdout: 'ready\ncleaned up\n' });
  });

  test('a lost run gets no time', async () => {
    const started = startSh('trap "echo cleaned up; exit 4" TERM\necho ready\nwhile :; do sleep 0.01; done');
    await waitUntil(() => started.seen.stdout.includes('ready'));
    started.stop.abort('lost');
    expect(await started.ending).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
  });

  test('what a program leaves in the background ends with it', async () => {
    expect(await sh(`sleep ${mark} &\necho done`)).toMatchObject({ exitCode: 0, stdout: 'done\n' });
    await waitUntil(() => processesWith(mark).length === 0);
  });

  test('a process that left the group and holds the output open does not hold up the run', async () => {
    const begun = performance.now();
    const ending = await sh('setsid sh -c "sleep 3" &\necho done');
    expect(ending).toMatchObject({ exitCode: 0, stdout: 'done\n' });
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  test('a signal that ends a program is told', async () => {
    expect(await sh('kill -SEGV $$')).toMatchObject({ exitCode: null, signal: 'SIGSEGV' });
  });

  test('nothing is left: no file, no directory, no descriptor', async () => {
    await sh('echo "$x" > "$TMPDIR/left"; touch "$HOME/left"', { parameters: { x: 1 } });
    const before = openFiles();
    await Promise.all(Array.from({ length: 20 }, () => sh('cat', { parameters: { x: 'y' } })));
    await waitUntil(() => openFiles() <= before);
    const runs = join(host.workDir, ...readdirSync(host.workDir));
    await waitUntil(() => readdirSync(runs).length === 0);
  });
});

describe('input', () => {
  const huge = { text: 'x'.repeat(20_000_000) };

  test('a program that prints a lot before it reads a lot does not get stuck', async () => {
    const ending = await sh('head -c 3000000 /dev/zero | tr "\\0" a\nwc -c >&2', { parameters: huge });
    expect(ending).toMatchObject({ exitCode: 0, stderr: `${JSON.stringify(huge).length + 1}\n` });
  });

  test('a program need not read it', async () => {
    expect(await sh('exit 0', { parameters: huge, declared: [] })).toMatchObject({ exitCode: 0 });
    expect(await sh('exec 0<&-; echo closed', { parameters: huge, declared: [] })).toMatchObject({
      stdout: 'closed\n',
    });
  });

  test('standard streams can be opened by name', async () => {
    const ending = await sh('echo problem > /dev/stderr; cat /dev/stdin > /dev/stdout', {
      parameters: { a: 1 },
    });
    expect(ending).toMatchObject({ stdout: '{"a":1}\n', stderr: 'problem\n' });
  });

  test('parameters are in no argument and in no variable', async () => {
    const ending = await sh('tr "\\0" "\\n" < /proc/$$/cmdline; tr "\\0" "\\n" < /proc/$$/environ; env', {
      parameters: { key: 'hunter2' },
    });
    expect(ending.exitCode).toBe(0);
    expect(ending.stdout).not.toContain('hunter2');
  });

  test('as YAML', async () => {
    const ending = await sh('cat', { parameterFormat: 'yaml', parameters: { a: [1, 'x: y'] } });
    expect(ending.stdout).toBe('a:\n  - 1\n  - "x: y"\n');
  });

  test('in a file that can only be read, and that is gone afterwards', async () => {
    const ending = await sh(
      'stat -c %a "$ATTUNE_PARAMETER_FILE"; cat "$ATTUNE_PARAMETER_FILE"; wc -c; echo "$ATTUNE_PARAMETER_FILE" >&2',
      {
        parameterDelivery: 'file',
        parameters: { a: 1 },
      },
    );
    expect(ending.stdout).toBe('400\n{"a":1}\n0\n');
    await waitUntil(() => !existsSync(ending.stderr!.trim()));
  });
});

describe('output', () => {
  test('what is too much is dropped, said so, and does not hold up the program', async () => {
    const started = startSh('head -c 5000000 /dev/zero | tr "\\0" a; echo end >&2');
    const ending = await started.ending;
    const dropped = 5_000_000 - host.streamBytes;
    expect(ending).toMatchObject({ exitCode: 0, truncated: true, stderr: 'end\n' });
    expect(ending.stdout).toBe(
      `${'a'.repeat(host.streamBytes)}\n[output truncated: ${dropped} more bytes were not kept]\n`,
    );
    expect(started.seen.stdout).toHaveLength(host.streamBytes);
    expect(started.dropped).toEqual({ stdout: dropped, stderr: 0 });
  });

  test('a line of any length costs no more memory than what is kept', async () => {
    await sh('echo warm');
    const before = process.memoryUsage().rss;
    await sh('head -c 400000000 /dev/zero');
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });

  test('a program is held back while nobody takes its output', async () => {
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    let taken = 0;
    const stop = new AbortController();
    const ending = shell.run(
      { ...baseRequest, entrypoint: 'head -c 600000 /dev/zero; echo done >&2' },
      {
        signal: stop.signal,
        output: {
          write: (stream, chunk) => {
            if (stream === 'stdout') taken += chunk.length;
            return stream === 'stdout' ? gate : undefined;
          },
          truncated: () => undefined,
        },
      },
    );
    await waitUntil(() => taken > 0);
    const takenAtFirst = taken;
    await expect(
      Promise.race([ending, waitUntil(() => taken > 300_000, { timeoutMs: 300 })]),
    ).rejects.toThrow('waited');
    go();
    expect(await ending).toMatchObject({ exitCode: 0, stderr: 'done\n' });
    expect(takenAtFirst).toBeLessThan(300_000);
    expect(taken).toBe(600_000);
  });
});

const baseRequest: RunRequest = {
  executionId: 1,
  attempt: 1,
  actionRef: 'test.action',
  packRef: 'test',
  entrypoint: '',
  inline: true,
  parameters: {},
  declared: undefined,
  parameterDelivery: 'stdin',
  parameterFormat: 'json',
  envVars: {},
};

describe('environment', () => {
  test('is what the contract lists, and nothing of the worker', async () => {
    process.env['WORKER_SECRET'] = 'hunter2';
    const ending = await sh('env', { envVars: { GREETING: 'hello' } });
    const variables = Object.fromEntries(
      ending
        .stdout!.trim()
        .split('\n')
        .map((line) => line.split(/=(.*)/s).slice(0, 2)),
    ) as Record<string, string>;
    const {
      PATH,
      LANG,
      HOME,
      TMPDIR,
      PWD: _ofShell,
      TZ: _zone,
      OLDPWD: _old,
      SHLVL: _level,
      _: _last,
      ...rest
    } = variables;
    expect([PATH, LANG, HOME, TMPDIR].every((value) => value !== undefined)).toBe(true);
    expect(rest).toEqual({
      ATTUNE_EXEC_ID: '17',
      ATTUNE_ATTEMPT: '1',
      ATTUNE_ACTION: 'test.action',
      ATTUNE_PACK_REF: 'test',
      ATTUNE_API_URL: 'http://127.0.0.1:1',
      GREETING: 'hello',
    });
  });

  test.each(['LD_PRELOAD', 'NODE_OPTIONS', 'PYTHONPATH', 'PATH', 'ATTUNE_EXEC_ID', 'BASH_ENV', 'A=B', ''])(
    'variables of a request that could change which code runs are refused: %s',
    async (name) => {
      expect(await sh('echo ran', { envVars: { [name]: 'x' } })).toEqual({
        exitCode: null,
        error: `cannot start test.action: env_vars may not set ${name}`,
      });
    },
  );
});

describe('shell scripts', () => {
  test('find their declared parameters as variables that are not exported', async () => {
    const ending = await sh('echo "$name|$list|$a_b|${undeclared-none}"; env | grep -c hunter2', {
      parameters: { name: 'hunter2', list: [1, { x: 'y' }], 'a-b': true, undeclared: 'oops' },
      declared: ['name', 'list', 'a-b', 'absent'],
    });
    expect(ending.stdout).toBe('hunter2|[1,{"x":"y"}]|true|none\n0\n');
  });

  test('no parameter name and no value is ever run', async () => {
    const ending = await sh('echo ok', {
      parameters: { 'x; touch pwned': '$(touch pwned)', "'; touch pwned; '": '`touch pwned`' },
    });
    expect(ending).toMatchObject({ exitCode: 0, stdout: 'ok\n', stderr: '' });
  });

  test('find every value as it was', async () => {
    const texts = fc.sample(fc.string({ unit: 'binary', maxLength: 40 }), 100);
    const shown = texts.map((text) => text.replaceAll(/\0/g, '').replaceAll(/\p{Surrogate}/gu, '\ufffd'));
    const parameters = Object.fromEntries(shown.map((text, index) => [`v${index}`, text]));
    const script = shown.map((_, index) => `printf '%s\\0' "$v${index}"`).join('\n');
    const { stdout } = await sh(script, { parameters });
    expect(stdout!.split('\0').slice(0, -1)).toEqual(shown);
  });

  test('messages name the line of the script', async () => {
    const ending = await sh('echo one\necho two\nnonsense_command', { parameters: { text: 'a\nb' } });
    expect(ending.stderr).toMatch(/script\.sh: (line )?3: nonsense_command/);
  });

  test('run in the shell that their first line names', async () => {
    expect(await sh('#!/usr/bin/env bash\nx=(a b); echo "${#x[@]}"')).toMatchObject({ stdout: '2\n' });
    expect(await sh('#!/bin/sh -e\nfalse\necho not reached')).toMatchObject({ exitCode: 1, stdout: '' });
  });
});

describe('python scripts', () => {
  test('find params, read standard input as well, and fail with their own lines', async () => {
    const ending = await run(python, {
      entrypoint:
        'from __future__ import annotations\nimport json, sys\nprint(params == json.load(sys.stdin))\nprint(__name__)\n1/0',
      parameters: { a: [1, null] },
    });
    expect(ending).toMatchObject({ exitCode: 1, stdout: 'True\n__main__\n' });
    expect(ending.stderr).toMatch(/script\.py", line 5/);
  });
});

describe('nodejs scripts', () => {
  test('find params and may import, require and await', async () => {
    const ending = await run(nodejs, {
      entrypoint:
        "import { basename } from 'node:path';\nconst { sep } = require('node:path');\nconsole.log(basename('/x/y'), sep, await params.n);",
      parameters: { n: 3 },
    });
    expect(ending).toMatchObject({ exitCode: 0, stdout: 'y / 3\n', stderr: '' });
  });
});

describe('files of a pack', () => {
  beforeAll(() => {
    mkdirSync(join(pack, 'actions'));
    writeFileSync(join(pack, 'actions', 'where.sh'), 'pwd\n');
    writeFileSync(join(pack, 'actions', 'bash.sh'), '#!/bin/bash\nx=(a b); echo "${#x[@]}"\n');
    symlinkSync('/etc/passwd', join(pack, 'actions', 'link.sh'));
  });

  test('run in the directory of their pack', async () => {
    expect(await sh('where.sh', { inline: false })).toMatchObject({ exitCode: 0, stdout: `${pack}\n` });
  });

  test('run in the shell that their first line names', async () => {
    expect(await sh('bash.sh', { inline: false })).toMatchObject({ exitCode: 0, stdout: '2\n' });
  });

  test.each(['../../../../../../bin/true', 'link.sh', 'missing.sh'])('%s is none', async (entrypoint) => {
    const { exitCode, error } = await sh(entrypoint, { inline: false });
    expect(exitCode).toBeNull();
    expect(error).toBe(`cannot start test.action: pack test has no file actions/${entrypoint}`);
  });

  test('are missed with a word on where they should be', async () => {
    const ending = await sh('x.sh', { inline: false, packRef: 'other' });
    expect(ending.error).toBe('cannot start test.action: the files of pack other are not on this worker');
  });
});
