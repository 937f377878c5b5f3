import type { CallOutput, Client, Routes } from '@attune/contract';
import { exitCode } from '../exit-code.js';
import { printOne, type Format } from './format.js';

type Execution = CallOutput<Routes['executions']['get']>['data'];

/** Streams the log of an execution to its end, prints the result, answers the exit code. */
export async function followExecution(client: Client, id: number, format: Format): Promise<number> {
  for await (const event of client.followLog(id)) {
    if (event.event === 'chunk') writeChunk(event.data);
  }
  const { data } = await client.executions.get({ params: { id } });
  if (format === 'table' || format === 'wide') printOutcome(id, data);
  else printOne(data, format);
  return exitCodeOf(data.status);
}

export function writeChunk({ stream, content }: { stream: string; content: string }): void {
  (stream === 'stdout' ? process.stdout : process.stderr).write(content);
}

function printOutcome(id: number, { status, result }: Execution): void {
  console.error(`execution ${id} ${status}`);
  if (status !== 'completed' && result?.error !== undefined) console.error(JSON.stringify(result.error));
  if (status === 'completed' && (result?.data ?? null) !== null) {
    console.log(JSON.stringify(result?.data, null, 2));
  }
}

function exitCodeOf(status: string): number {
  if (status === 'completed') return exitCode.ok;
  return status === 'timeout' ? exitCode.timeout : exitCode.failed;
}
