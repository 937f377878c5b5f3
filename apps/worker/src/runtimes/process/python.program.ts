import { join } from 'node:path';
import type { Interpreter } from '../find-interpreter.js';
import type { ProgramKind } from './program-kind.js';

/**
 * Runs a script in the main module, where it finds `params`; its own name and lines stand in tracebacks.
 * Arguments: the parameters' file, the script.
 */
const runScript = [
  'import json, sys',
  'params = json.load(open(sys.argv[1], encoding="utf-8"))',
  '__file__ = sys.argv[2]',
  'del sys.argv[:2]',
  'exec(compile(open(__file__, encoding="utf-8").read(), __file__, "exec", 0, True))',
].join('\n');

export function pythonPrograms({ path: python, version }: Interpreter): ProgramKind {
  return {
    name: 'python',
    version,
    file: (path) => ({ command: python, args: ['-u', path] }),
    inline: ({ entrypoint, parameters }, directory) => {
      const values = directory.write('parameters.json', JSON.stringify(parameters));
      const script = directory.write('script.py', entrypoint);
      return { command: python, args: ['-u', '-c', runScript, values, script] };
    },
    environment: (packDirectory) => ({
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONUTF8: '1',
      ...(packDirectory === undefined ? {} : { PYTHONPATH: join(packDirectory, 'lib') }),
    }),
  };
}
