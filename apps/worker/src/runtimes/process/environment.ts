import type { RunRequest } from '../runtime.js';

/** Variables that change which code runs: who may start an action may not thereby run their own. */
const dangerous =
  /^(ATTUNE_|LD_|DYLD_|BASH_FUNC_|PYTHON|PERL5|RUBY|GIT_)|^(PATH|IFS|ENV|BASH_ENV|SHELLOPTS|BASHOPTS|PS4|CDPATH|NODE_OPTIONS|NODE_PATH|HOME|TMPDIR)$/;

export interface ProgramEnvironment {
  /** PATH, LANG and TZ of the worker. */
  readonly base: Readonly<Record<string, string>>;
  readonly scratch: string;
  readonly runtime: Readonly<Record<string, string>>;
  /** ATTUNE_API_URL and the like, the same for every run. */
  readonly worker: Readonly<Record<string, string>>;
}

/** Everything a program finds in its environment; nothing is inherited. */
export function programEnvironment(
  request: RunRequest,
  { base, scratch, runtime, worker }: ProgramEnvironment,
): Record<string, string> {
  return {
    ...base,
    HOME: scratch,
    TMPDIR: scratch,
    ...runtime,
    ...request.envVars,
    ...worker,
    ...(request.apiToken === undefined ? {} : { ATTUNE_API_TOKEN: request.apiToken }),
    ATTUNE_EXEC_ID: String(request.executionId),
    ATTUNE_ATTEMPT: String(request.attempt),
    ATTUNE_ACTION: request.actionRef,
    ATTUNE_PACK_REF: request.packRef,
  };
}

/** Names among an execution's variables that it must not set. */
export function forbiddenVariables(envVars: Readonly<Record<string, string>>): string[] {
  return Object.keys(envVars).filter((name) => !/^[A-Za-z_]\w*$/.test(name) || dangerous.test(name));
}

/** What programs get of the worker's own environment. */
export function baseEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const { PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG = 'C.UTF-8', TZ } = env;
  return { PATH, LANG, ...(TZ === undefined ? {} : { TZ }) };
}

/** What every program of this worker is told about it. */
export function workerEnvironment(settings: {
  api_url?: string | undefined;
  artifacts_dir?: string | undefined;
}): Readonly<Record<string, string>> {
  const { api_url, artifacts_dir } = settings;
  return {
    ...(api_url === undefined ? {} : { ATTUNE_API_URL: api_url }),
    ...(artifacts_dir === undefined ? {} : { ATTUNE_ARTIFACTS_DIR: artifacts_dir }),
  };
}
