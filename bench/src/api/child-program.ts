import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** `<name>.program.ts` in a process of its own, which ends when this one does. */
export function startProgram(name: string, args: readonly string[] = []): ChildProcess {
  return fork(fileURLToPath(new URL(`./${name}.program.ts`, import.meta.url)), args);
}

/** The next thing that a program says; rejects when it ends before. */
export async function nextMessage<Message>(child: ChildProcess): Promise<Message> {
  const waiting = new AbortController();
  const ended = once(child, 'exit', { signal: waiting.signal }).then(([code]) => {
    throw new Error(`the program ended with exit code ${code}`);
  });
  try {
    const [message] = await Promise.race([once(child, 'message', { signal: waiting.signal }), ended]);
    return message as Message;
  } finally {
    ended.catch(() => undefined);
    waiting.abort();
  }
}

export async function endProgram(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.disconnect();
  await ended;
}
