import type { Interpreter } from '../find-interpreter.js';
import type { ProgramKind } from './program-kind.js';

/** Loaded before a script: gives it `params`, and `require` although it is an ES module. */
function preload(parametersFile: string): string {
  return [
    `globalThis.params = JSON.parse(require('node:fs').readFileSync(${JSON.stringify(parametersFile)}, 'utf8'));`,
    `globalThis.require = require('node:module').createRequire(process.argv[1]);`,
  ].join('\n');
}

export function nodejsPrograms({ path: node, version }: Interpreter): ProgramKind {
  return {
    name: 'nodejs',
    version,
    file: (path) => ({ command: node, args: [path] }),
    inline: ({ entrypoint, parameters }, directory) => {
      const values = directory.write('parameters.json', JSON.stringify(parameters));
      const before = directory.write('preload.cjs', preload(values));
      const script = directory.write('script.mjs', entrypoint);
      return { command: node, args: ['--require', before, script] };
    },
  };
}
