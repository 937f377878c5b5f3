import { StringDecoder } from 'node:string_decoder';
import type { LogChunk } from '@attune/db';
import type { LogStream } from '@attune/domain';
import { createMasker } from './masker.js';
import type { Masker } from './masker.js';
import { truncationMark } from './truncation-mark.js';

/** Characters in one chunk. */
export const largestChunk = 64 * 1024;

interface Stream {
  readonly decoder: StringDecoder;
  readonly masker: Masker;
}

interface Piece {
  readonly stream: LogChunk['stream'];
  readonly truncated: boolean;
  text: string;
}

/** The output of one attempt on its way into chunks: decoded, masked, numbered over all its streams. */
export class RunLog {
  readonly #run: Pick<LogChunk, 'execution_id' | 'attempt'>;
  readonly #secrets: readonly string[];
  readonly #streams: Record<LogStream, Stream>;
  readonly #pieces: Piece[] = [];
  #waiting = 0;
  #sequence = 0;

  constructor(run: { executionId: number; attempt: number; secrets: readonly string[] }) {
    this.#run = { execution_id: run.executionId, attempt: run.attempt };
    this.#secrets = run.secrets;
    this.#streams = { stdout: this.#open(), stderr: this.#open() };
  }

  /** Characters that can be taken. */
  get waiting(): number {
    return this.#waiting;
  }

  write(stream: LogStream, bytes: Buffer): void {
    const { decoder, masker } = this.#streams[stream];
    this.#add(stream, masker.push(decoder.write(bytes)));
  }

  truncated(stream: LogStream, dropped: number): void {
    this.#end(stream);
    this.#add(stream, truncationMark(dropped), true);
  }

  /** A line of the worker itself. */
  note(text: string): void {
    this.#add('system', `${text}\n`);
  }

  /** Nothing more comes: what was held back because it could have been the start of a secret can be taken. */
  end(): void {
    this.#end('stdout');
    this.#end('stderr');
  }

  /** Takes about so many characters, at least one chunk when something is waiting. */
  take(characters: number): LogChunk[] {
    const chunks: LogChunk[] = [];
    let taken = 0;
    for (let piece = this.#pieces[0]; piece !== undefined && taken < characters; piece = this.#pieces[0]) {
      const content = piece.text.slice(0, chunkLength(piece.text));
      piece.text = piece.text.slice(content.length);
      if (piece.text === '') this.#pieces.shift();
      taken += content.length;
      const { stream, truncated } = piece;
      chunks.push({ ...this.#run, sequence: ++this.#sequence, stream, content, truncated });
    }
    this.#waiting -= taken;
    return chunks;
  }

  #open(): Stream {
    return { decoder: new StringDecoder('utf8'), masker: createMasker(this.#secrets) };
  }

  #end(stream: LogStream): void {
    const { decoder, masker } = this.#streams[stream];
    this.#streams[stream] = this.#open();
    this.#add(stream, masker.push(decoder.end()) + masker.end());
  }

  #add(stream: LogChunk['stream'], text: string, truncated = false): void {
    if (text === '') return;
    this.#waiting += text.length;
    const last = this.#pieces.at(-1);
    if (last?.stream === stream && !last.truncated && !truncated) last.text += text;
    else this.#pieces.push({ stream, text, truncated });
  }
}

/** Never between the two halves of a character. */
function chunkLength(text: string): number {
  if (text.length <= largestChunk) return text.length;
  const last = text.charCodeAt(largestChunk - 1);
  return last >= 0xd800 && last <= 0xdbff ? largestChunk - 1 : largestChunk;
}
