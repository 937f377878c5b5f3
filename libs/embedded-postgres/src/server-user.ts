import { chown, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** PostgreSQL refuses to run as root; as root it runs as this user and group, which every system has (`nobody`). */
const unprivileged = { uid: 65_534, gid: 65_534 };

export type ServerUser = typeof unprivileged | undefined;

/** The user to run PostgreSQL as when this process may not be it; undefined: as ourselves. */
export function serverUser(): ServerUser {
  return process.getuid?.() === 0 ? unprivileged : undefined;
}

/** Whether the server's user may enter the folder, through all the folders above it. */
export async function canReach(user: ServerUser, folder: string): Promise<boolean> {
  if (user === undefined) return true;
  const { uid, gid, mode } = await stat(folder);
  const needed = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  if ((mode & needed) === 0) return false;
  const parent = dirname(folder);
  return parent === folder || canReach(user, parent);
}

export async function giveTo(user: ServerUser, path: string): Promise<void> {
  if (user !== undefined) await chown(path, user.uid, user.gid);
}
