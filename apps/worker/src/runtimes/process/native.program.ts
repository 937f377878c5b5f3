import type { ProgramKind } from './program-kind.js';

/** An executable file of the pack, started as it is. */
export const nativePrograms: ProgramKind = {
  name: 'native',
  version: undefined,
  file: (path) => ({ command: path, args: [] }),
};
