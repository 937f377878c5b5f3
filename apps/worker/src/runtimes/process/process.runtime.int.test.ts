import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '@attune/testing';
import { findNode, findPython } from '../find-interpreter.js';
import type { RunRequest } from '../runtime.js';
import { describeRuntime } from '../runtime.testing.js';
import type { RuntimeFixture, StartedRun } from '../runtime.testing.js';
import { nativePrograms } from './native.program.js';
import { nodejsPrograms } from './nodejs.program.js';
import { createProcessRuntime } from './process.runtime.js';
import { useProgramHost } from './program-host.testing.js';
import { pythonPrograms } from './python.program.js';
import { shellPrograms } from './shell.program.js';

const pack = mkdtempSync(join(tmpdir(), 'worker-pack-'));
const host = useProgramHost({ packs: { test: pack } });

beforeAll(() => {
  mkdirSync(join(pack, 'actions'));
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(pack, 'actions', name), text);
    chmodSync(join(pack, 'actions', name), 0o755);
  }
});

afterAll(() => rmSync(pack, { recursive: true, force: true }));

const programs = {
  'echo.sh': '#!/bin/sh\neval "$(cat)"\nprintf "%s" "$text"\n',
  'echo.py': 'import json, sys\nprint(json.load(sys.stdin)["text"], end="")\n',
  'echo.js':
    'process.stdout.write(JSON.parse(require("node:fs").readFileSync("/dev/stdin", "utf8")).text);\n',
  'fail.sh': 'exit 3\n',
  'fail.py': 'raise SystemExit(3)\n',
  'fail.js': 'process.exit(3);\n',
  'endless.sh': 'echo ready\nsleep 1000\n',
  'endless.py': 'import time\nprint("ready")\ntime.sleep(1000)\n',
  'endless.js': 'console.log("ready");\nsetInterval(() => {}, 1000);\n',
  'true.sh': ':\n',
  'true.py': '',
  'true.js': '',
  echo: '#!/usr/bin/env python3\nimport json, sys\nprint(json.load(sys.stdin)["text"], end="")\n',
  fail: '#!/bin/sh\nexit 3\n',
  endless: '#!/bin/sh\necho ready\nexec sleep 1000\n',
  true: '#!/bin/sh\n',
};

const underWay = ({ seen }: StartedRun): Promise<unknown> => waitUntil(() => seen.stdout.includes('ready'));

const files = (suffix: string, more: Partial<RunRequest> = {}): Omit<RuntimeFixture, 'create'> => {
  const file = (name: string): Partial<RunRequest> => ({ ...more, inline: false, entrypoint: name + suffix });
  return {
    echo: (text) => ({ ...file('echo'), parameters: { text } }),
    succeeds: file('true'),
    fails: file('fail'),
    impossible: file('missing'),
    endless: file('endless'),
    underWay,
  };
};

const scripts = (echo: string, fail: string, endless: string): Omit<RuntimeFixture, 'create'> => ({
  echo: (text) => ({ entrypoint: echo, parameters: { text } }),
  succeeds: { entrypoint: '' },
  fails: { entrypoint: fail },
  impossible: { entrypoint: '', envVars: { LD_PRELOAD: 'x' } },
  endless: { entrypoint: endless },
  underWay,
});

const shell = async () => createProcessRuntime(shellPrograms, host);
const native = async () => createProcessRuntime(nativePrograms, host);
const python = async () => createProcessRuntime(pythonPrograms((await findPython(host.baseEnv))!), host);
const nodejs = async () => createProcessRuntime(nodejsPrograms((await findNode(host.baseEnv))!), host);

describeRuntime('a shell script', {
  create: shell,
  ...scripts('printf %s "$text"', 'exit 3', 'echo ready\nsleep 1000'),
});
describeRuntime('a shell program', { create: shell, ...files('.sh', { parameterFormat: 'dotenv' }) });
describeRuntime('a python script', {
  create: python,
  ...scripts('print(params["text"], end="")', 'raise SystemExit(3)', programs['endless.py']),
});
describeRuntime('a python program', { create: python, ...files('.py') });
describeRuntime('a nodejs script', {
  create: nodejs,
  ...scripts('process.stdout.write(params.text)', 'process.exit(3)', programs['endless.js']),
});
describeRuntime('a nodejs program', { create: nodejs, ...files('.js') });
describeRuntime('a native program', { create: native, ...files('') });
