import type { ByteSource } from '../artifact-storage.js';
import { openFileStorage } from '../file-storage.js';

// Uploads so many chunks of 64 KiB into a folder and then waits, without an end of the content, to be killed.

const [folder = '', chunks = '1'] = process.argv.slice(2);
process.stdin.resume();
// Node.js has no name for it: without a listener it would end the process instead of failing the write.
process.on('SIGXFSZ' as NodeJS.Signals, () => {});

async function* content(): ByteSource {
  for (let n = 0; n < Number(chunks); n += 1) yield Buffer.alloc(65_536);
  process.stdout.write('uploading\n');
  await new Promise(() => {});
}

const storage = await openFileStorage(folder);
await storage.put(content()).catch((error: Error & { code?: string }) => {
  process.stdout.write(`refused: ${error.code} ${error.message}\n`);
});
process.exit();
