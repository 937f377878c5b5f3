import { componentRefSchema } from '@attune/domain';
import { z } from 'zod';

const command = z.strictObject({
  binary: z.string().min(1),
  args: z.array(z.string()).default([]),
  exit_code: z.int().default(0),
  pattern: z.string().optional().describe('Regular expression its output must match'),
  priority: z.int().optional(),
  optional: z.boolean().optional(),
});

const distributions = z.strictObject({
  verification: z
    .strictObject({
      commands: z.array(command).optional(),
      always_available: z.boolean().optional(),
      check_required: z.boolean().optional(),
    })
    .optional(),
  min_version: z.string().optional(),
  recommended_version: z.string().optional(),
});

const words = z.array(z.string().min(1));

const executionConfig = z.strictObject({
  built_in: z.enum(['http', 'noop']).optional().describe('Run by the worker itself'),
  interpreter: z
    .strictObject({
      binary: z.string().min(1),
      args: words.default([]),
      file_extension: z.string().optional(),
    })
    .optional(),
  inline_execution: z
    .strictObject({
      strategy: z.enum(['direct', 'temp_file']),
      extension: z.string().optional(),
      inject_shell_helpers: z.boolean().default(false),
    })
    .optional(),
  environment: z
    .strictObject({
      env_type: z.string().min(1),
      dir_name: z.string().default('.venv'),
      create_command: words.default([]),
      interpreter_path: z.string().optional(),
    })
    .optional(),
  dependencies: z
    .strictObject({ manifest_file: z.string().min(1), install_command: words.min(1) })
    .optional(),
  env_vars: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.unknown()).optional(),
});

/** What workers look for, and run. */
export const runtimeSettings = {
  distributions: distributions.default({}),
  execution_config: executionConfig.default({}),
};

/** `runtimes/*.yaml`. */
export const runtimeDocument = z.strictObject({
  ref: componentRefSchema,
  name: z.string().min(1).max(255),
  aliases: z.array(z.string().regex(/^[a-z0-9_.+-]+$/, { error: 'must be lower case' })).default([]),
  description: z.string().optional(),
  ...runtimeSettings,
});

export type RuntimeDocument = z.output<typeof runtimeDocument>;
