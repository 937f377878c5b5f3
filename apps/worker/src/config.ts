import { hostname } from 'node:os';
import { z } from 'zod';
import { builtinRuntimes } from '@attune/domain';
import { commonConfig, serviceConfig } from '@attune/service';

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
        .describe('unique among workers, the same after a restart; default: the host name'),
      labels: z.record(z.string(), z.string()).default({}).describe('facts that placement can select by'),
      runtimes: z
        .array(z.enum(builtinRuntimes))
        .default([...builtinRuntimes])
        .describe('runtimes to offer; one whose interpreter is not found is left out'),
      slots: z.int().min(1).max(1_000).default(8).describe('programs that run at once'),
      builtin_slots: z
        .int()
        .min(1)
        .max(10_000)
        .default(200)
        .describe('runs of the built-in runtimes (http, noop) at once; they need no process'),
      drain_ms: milliseconds(25_000).describe(
        'how long a stop waits for running executions before it ends them; less than shutdown.deadline_ms',
      ),
      timeout_seconds: z.int().min(1).max(604_800).default(300).describe('limit of an action that sets none'),
      kill_grace_ms: milliseconds(5_000).describe('time between SIGTERM and SIGKILL'),
      stream_bytes: z
        .int()
        .min(1_024)
        .max(100 * mebibyte)
        .default(10 * mebibyte)
        .describe('how much of standard output, and of standard error, is kept'),
      work_dir: z
        .string()
        .optional()
        .describe('where programs get their own directories; default: those of the system'),
      artifacts_dir: z.string().optional().describe('ATTUNE_ARTIFACTS_DIR of programs'),
      api_url: z.string().optional().describe('where the API is: ATTUNE_API_URL of programs'),
      http: z
        .strictObject({
          block_private: z
            .boolean()
            .default(false)
            .describe('refuse private and loopback addresses too; link-local and metadata ones always are'),
          response_bytes: z
            .int()
            .min(1_024)
            .max(100 * mebibyte)
            .default(10 * mebibyte)
            .describe('largest response body'),
        })
        .prefault({})
        .describe('the http runtime'),
    })
    .prefault({})
    .describe('running executions'),
  api: z
    .strictObject({
      token: z
        .string()
        .regex(/^atk_/)
        .optional()
        .describe(
          'API token of the worker: with it the worker asks for tokens and secrets of its executions',
        ),
    })
    .prefault({})
    .describe('how the worker is known to the API'),
  lease: z
    .strictObject({
      heartbeat_ms: milliseconds(5_000).describe('how often the worker renews its lease'),
      lost_after_ms: milliseconds(20_000).describe('a worker silent for so long has lost its runs'),
    })
    .prefault({})
    .describe('the lease of the worker'),
  packs: z
    .strictObject({
      directories: z
        .array(z.string().min(1))
        .default(['packs', 'packs/examples'])
        .describe('pack directories, and directories that contain them'),
    })
    .prefault({})
    .describe('where the files of packs are'),
});

/** Settings of the worker as its own process. */
export const workerProcessConfig = z.strictObject({
  ...serviceConfig,
  database: commonConfig.database,
  broker: commonConfig.broker,
  ...workerConfig.shape,
});

export type WorkerConfig = z.output<typeof workerConfig>;
