import { runRequest } from '../runtime.testing.js';
import { baseEnvironment, forbiddenVariables, programEnvironment, workerEnvironment } from './environment.js';

test('of the worker only PATH, LANG and TZ reach a program', () => {
  const env = {
    PATH: '/bin',
    LANG: 'de_DE.UTF-8',
    TZ: 'Europe/Berlin',
    HOME: '/home/x',
    ATTUNE__DATABASE__URL: 's',
  };
  expect(baseEnvironment(env)).toEqual({ PATH: '/bin', LANG: 'de_DE.UTF-8', TZ: 'Europe/Berlin' });
});

test('a worker without an environment still finds the usual programs', () => {
  expect(baseEnvironment({})).toEqual({ PATH: expect.stringContaining('/usr/bin'), LANG: 'C.UTF-8' });
});

test('variables of the request go over those of the runtime, and under those of the contract', () => {
  const request = runRequest({ envVars: { LANG: 'C', GREETING: 'hi', ATTUNE_ACTION: 'forged' } });
  const env = programEnvironment(request, {
    base: { PATH: '/bin', LANG: 'x' },
    scratch: '/scratch',
    runtime: { GREETING: 'default', PYTHONUTF8: '1' },
    worker: workerEnvironment({ api_url: 'http://api', artifacts_dir: '/artifacts' }),
  });
  expect(env).toEqual({
    PATH: '/bin',
    LANG: 'C',
    HOME: '/scratch',
    TMPDIR: '/scratch',
    GREETING: 'hi',
    PYTHONUTF8: '1',
    ATTUNE_API_URL: 'http://api',
    ATTUNE_ARTIFACTS_DIR: '/artifacts',
    ATTUNE_EXEC_ID: '17',
    ATTUNE_ATTEMPT: '1',
    ATTUNE_ACTION: 'test.action',
    ATTUNE_PACK_REF: 'test',
  });
});

test('the token of the execution is there when it has one, and is never that of a request', () => {
  const parts = { base: {}, scratch: '/s', runtime: {}, worker: {} };
  const envVars = { ATTUNE_API_TOKEN: 'forged' };
  expect(programEnvironment(runRequest({ apiToken: 'real', envVars }), parts)).toMatchObject({
    ATTUNE_API_TOKEN: 'real',
  });
  expect(programEnvironment(runRequest({}), parts)).not.toHaveProperty('ATTUNE_API_TOKEN');
  expect(forbiddenVariables(envVars)).toEqual(['ATTUNE_API_TOKEN']);
});

test('names the variables a request must not set', () => {
  const names = [
    'GREETING',
    'LANG',
    'LD_AUDIT',
    'NODE_OPTIONS',
    'PYTHONSTARTUP',
    'ATTUNE_API_TOKEN',
    'a b',
    '1A',
    '',
  ];
  expect(forbiddenVariables(Object.fromEntries(names.map((name) => [name, 'x'])))).toEqual(
    expect.arrayContaining(names.slice(2)),
  );
  expect(forbiddenVariables({ GREETING: 'x', LANG: 'y' })).toEqual([]);
});
