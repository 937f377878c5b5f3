import { configSources } from './config-flags.js';
import { ConfigError } from './config.js';

test('flags are the file and dotted keys, with the value attached or next', () => {
  expect(configSources(['--config', 'a.yaml', '--log.level=debug', '--health.port', '81'], {})).toMatchObject(
    {
      file: 'a.yaml',
      overrides: { 'log.level': 'debug', 'health.port': '81' },
    },
  );
});

test('ATTUNE_CONFIG names the file unless a flag does', () => {
  expect(configSources([], { ATTUNE_CONFIG: 'env.yaml' }).file).toBe('env.yaml');
  expect(configSources(['--config=flag.yaml'], { ATTUNE_CONFIG: 'env.yaml' }).file).toBe('flag.yaml');
});

test.each([['--log.level'], ['debug'], ['-v'], ['--Log.level=x']])('%s is refused', (argument) => {
  expect(() => configSources([argument], {})).toThrow(ConfigError);
});
