import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Folders of all projects that hold the file, relative to the root: `libs/db`, `apps/api`, `bench`… */
export function projectsWith(file: string): string[] {
  const groups = ['apps', 'libs'].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => `${group}/${name}`),
  );
  return [...groups, 'bench', 'tools'].filter((project) => existsSync(join(root, project, file)));
}

/** A program of the installed packages. */
export function program(name: string): string {
  return join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);
}

/** Arguments for Node.js to run a TypeScript file from source. */
export function fromSource(file: string): string[] {
  return ['--conditions=@attune/source', '--import', 'tsx', join(root, file)];
}
