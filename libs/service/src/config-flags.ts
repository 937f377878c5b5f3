import { ConfigError } from './config.js';
import type { ConfigSources, Env } from './config.js';

const flag = /^--([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*)(?:=(.*))?$/s;

/**
 * The sources of a service's settings by its command line: `--config <file>` (or `ATTUNE_CONFIG`) and
 * `--section.key=value`; both also accept the value as the next argument.
 */
export function configSources(argv: readonly string[], env: Env): ConfigSources {
  const { config: file = env['ATTUNE_CONFIG'], ...overrides } = parseFlags(argv);
  return { env, file, overrides };
}

function parseFlags(argv: readonly string[]): Record<string, string> {
  const flags: Record<string, string> = {};
  const rest = [...argv];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    const [, key, inline] = flag.exec(argument) ?? [];
    const value = inline ?? rest.shift();
    if (key === undefined || value === undefined) {
      throw new ConfigError([{ key: argument, message: 'expected --config <file> or --section.key=value' }]);
    }
    flags[key] = value;
  }
  return flags;
}
