import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** What the all-in-one keeps between two starts. Nobody but its owner can read it. */
export interface DataDirectory {
  readonly path: string;
  /** Base64 of 32 random bytes, made at the first start. */
  readonly masterKey: string;
  /** A file below the directory. */
  file(name: string): string;
  /** Writes a file only the owner can read. */
  write(name: string, content: string): Promise<void>;
  /** The file's text, or what `make` gives, which is then kept. */
  readOrMake(name: string, make: () => string): Promise<string>;
}

export async function openDataDirectory(path: string): Promise<DataDirectory> {
  const root = resolve(path);
  await mkdir(root, { recursive: true });
  const file = (name: string) => join(root, name);
  const write = async (name: string, content: string) => {
    await writeFile(file(name), content, { mode: 0o600 });
    await chmod(file(name), 0o600);
  };
  const readOrMake = async (name: string, make: () => string) => {
    const kept = await readFile(file(name), 'utf8').catch(ignoreMissing);
    if (kept !== undefined) return kept.trim();
    const made = make();
    await write(name, `${made}\n`);
    return made;
  };
  const masterKey = await readOrMake('master-key', () => randomBytes(32).toString('base64'));
  return { path: root, masterKey, file, write, readOrMake };
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
