import { onDisk } from './file-error.js';

function failWith(code: string) {
  const cause = Object.assign(new Error(`${code}: no matter what, write '/secret/path'`), { code });
  return { cause, failed: onDisk('store a file', () => Promise.reject(cause)) };
}

test.each([
  ['ENOSPC', 'cannot store a file: the disk is full'],
  ['EDQUOT', 'cannot store a file: the disk quota is used up'],
  ['EWEIRD', 'cannot store a file: the file system fails (EWEIRD)'],
])('%s is told without paths, and is worth another try', async (code, message) => {
  const { cause, failed } = failWith(code);

  await expect(failed).rejects.toMatchObject({ code: 'TRANSIENT', message, cause });
});
