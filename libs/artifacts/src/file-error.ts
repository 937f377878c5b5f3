import { TransientError } from '@attune/domain';

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'the operating system denies access',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file is larger than the system allows',
  EIO: 'the disk fails',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  ENOENT: 'a file or folder is gone',
  ENOSPC: 'the disk is full',
  EPERM: 'the operating system denies access',
  EROFS: 'the disk is read-only',
};

/** Runs what concerns files. Its failures become a TransientError without paths; the cause has them. */
export async function onDisk<T>(intention: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new TransientError(`cannot ${intention}: ${reasonOf(error)}`, { cause: error });
  }
}

/** Of a system call that failed: ENOENT, ENOSPC, … */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

function reasonOf(error: unknown): string {
  const code = systemCode(error);
  return reasons[code ?? ''] ?? `the file system fails (${code ?? 'unknown'})`;
}
