import { chmod, mkdir, mkdtemp, readlink, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { canReach } from './server-user.js';
import type { ServerUser } from './server-user.js';

export interface ClusterHome {
  /** Ours: password and, if need be, the link to `cluster`. */
  folder: string;
  /** The server's: holds `data` and `server.log`. */
  cluster: string;
}

/** Where root keeps what the server's user could not reach otherwise. */
export function sharedFolder(): string {
  return process.platform === 'linux' ? '/var/lib/attune' : join(tmpdir(), 'attune');
}

/**
 * Settles where the files of `dataDir` live. Usually `dataDir/cluster` is a folder. When the server runs as
 * another user that cannot get there (below a private home), `dataDir/cluster` is a link to a folder of its own
 * below `sharedFolder()`; nobody's permissions are widened.
 */
export async function settleHome(dataDir: string, user: ServerUser): Promise<ClusterHome> {
  const folder = resolve(dataDir);
  await mkdir(folder, { recursive: true });
  const link = join(folder, 'cluster');
  const linked = await readlink(link).catch(() => undefined);
  if (linked !== undefined) return { folder, cluster: await enterable(linked) };
  if (await canReach(user, folder)) return { folder, cluster: await enterable(link) };
  const cluster = await ownFolder();
  await symlink(cluster, link);
  return { folder, cluster };
}

/** Whatever the umask; the data folder inside is closed to all but the server. */
async function enterable(cluster: string): Promise<string> {
  await mkdir(cluster, { recursive: true });
  await chmod(cluster, 0o755);
  return cluster;
}

async function ownFolder(): Promise<string> {
  await enterable(sharedFolder());
  return enterable(await mkdtemp(join(sharedFolder(), 'postgres-')));
}
