import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Binaries } from './binaries.js';
import type { ClusterHome } from './cluster-home.js';
import { giveTo } from './server-user.js';
import type { ServerUser } from './server-user.js';

export const superuser = 'attune';

const run = promisify(execFile);

export interface Initialise {
  home: ClusterHome;
  binaries: Binaries;
  user: ServerUser;
  fsync: boolean;
}

/**
 * The cluster's data folder and its password, made on first use. An interrupted first use leaves nothing that
 * looks finished: the data folder gets its name last.
 */
export async function initialise(options: Initialise): Promise<{ data: string; password: string }> {
  const data = join(options.home.cluster, 'data');
  const passwordFile = join(options.home.folder, 'password');
  if (existsSync(data)) return { data, password: await readPassword(passwordFile, data) };
  const password = randomBytes(24).toString('base64url');
  await writeFile(passwordFile, password, { mode: 0o600 });
  await createCluster(options, data, password);
  return { data, password };
}

async function readPassword(file: string, data: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    throw new Error(`the password of the database in ${data} is missing: ${file}`, { cause });
  }
}

async function createCluster({ home, binaries, user, fsync }: Initialise, data: string, password: string) {
  const unfinished = join(home.cluster, 'unfinished');
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  await giveTo(user, unfinished);
  const passwordForServer = join(home.cluster, 'initial-password');
  await writeFile(passwordForServer, password, { mode: 0o600 });
  await giveTo(user, passwordForServer);
  try {
    await run(binaries.initdb, initdbArguments(unfinished, passwordForServer, fsync), {
      ...user,
      cwd: home.cluster,
    });
  } catch (cause) {
    throw new Error(`cannot create the database in ${data}: ${outputOf(cause)}`, { cause });
  } finally {
    await rm(passwordForServer);
  }
  await rename(unfinished, data);
}

function initdbArguments(folder: string, passwordFile: string, fsync: boolean): string[] {
  return [
    `--pgdata=${folder}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    ...(fsync ? [] : ['--no-sync']),
  ];
}

function outputOf(error: unknown): string {
  const { stderr = '', message = '' } = error as { stderr?: string; message?: string };
  return stderr.trim() || message;
}
