import { startEmbeddedPostgres } from '../index.js';

// Starts the database of a folder, prints its address and keeps it until killed: for the test of a crashed owner.

const server = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? '' });
process.stdout.write(`${JSON.stringify({ url: server.url, pid: server.pid })}\n`);
process.stdin.resume();
