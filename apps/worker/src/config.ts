import { hostname } from 'node:os';
import { z } from 'zod';
import { runtimeNames } from './runtimes/runtime-name.js';

const mebibyte = 1024 * 1024;

const milliseconds = (fallback: number) => z.int().min(10).max(86_400_000).default(fallback);

/** Settings of the worker's own work, also used by the all-in-one. */
export const workerConfig = z.strictObject({
  worker: z
    .strictObject({
      name: z
        .string()
        .min(1)
        .max(255)
        .default(() => hostname())
        .describe('Unique among workers; the same after a restart'),
      labels: z.record(z.string(), z.string()).default({}).describe('Facts that placement can select by'),
      runtimes: z
        .array(z.enum(runtimeNames))
        .default([...runtimeNames])
        .describe('Runtimes to offer; those whose interpreter is not found are left out'),
      slots: z.int().min(1).max(10_000).default(8).describe('Programs that run at once'),
      builtin_slots: z
        .int()
        .min(1)
        .max(10_000)
        .default(200)
        .describe('Runs of the built-in runtimes (http, noop) at once; they need no process'),
      packs_dir: z.string().default('packs').describe('Directory with one directory per installed pack'),
      work_dir: z
        .string()
        .optional()
        .describe('Where runs get their temporary directory; default: below the system’s'),
      artifacts_dir: z.string().optional().describe('ATTUNE_ARTIFACTS_DIR of programs'),
      api_url: z.string().optional().describe('ATTUNE_API_URL of programs'),
    })
    .prefault({}),
  lease: z
    .strictObject({
      heartbeat_ms: milliseconds(5_000).describe('How often the lease is renewed'),
      lost_after_ms: milliseconds(20_000).describe('A worker silent for so long has lost its runs'),
    })
    .prefault({}),
  runs: z
    .strictObject({
      timeout_seconds: z.int().min(1).max(604_800).default(300).describe('Limit of an action that sets none'),
      kill_grace_ms: milliseconds(5_000).describe('Between SIGTERM and SIGKILL'),
      stream_bytes: z
        .int()
        .min(1_024)
        .default(10 * mebibyte)
        .describe('How much of standard output, and of standard error, is kept'),
    })
    .prefault({}),
  http: z
    .strictObject({
      block_private: z
        .boolean()
        .default(false)
        .describe('Refuse private and loopback addresses too; link-local and metadata ones always are'),
      response_bytes: z
        .int()
        .min(1_024)
        .default(10 * mebibyte)
        .describe('Largest response body'),
    })
    .prefault({}),
});

export type WorkerConfig = z.output<typeof workerConfig>;
