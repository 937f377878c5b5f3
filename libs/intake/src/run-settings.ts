import type { ErrorDetail, Placement } from '@attune/domain';

import { unstorable } from './storable-json.js';

const maxTimeoutSeconds = 7 * 24 * 3600;
const maxEnvBytes = 65_536;
const envName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** How one run differs from what its action says. */
export interface RunSettings {
  /** Variables of the program; names of the platform (`ATTUNE_…`) are refused. */
  readonly envVars?: Readonly<Record<string, string>>;
  /** Replaces the action's own limit; whole seconds, 1 to 604,800 (7 days). */
  readonly timeoutSeconds?: number;
  /** The same, until its first start, and with all attempts and delays; both from when it is due. */
  readonly startTimeoutSeconds?: number;
  readonly totalTimeoutSeconds?: number;
  /** Instead of the action's own: what the run may do. The caller answers for holding it. */
  readonly permissionSetRefs?: readonly string[];
  /** Larger comes first; 0 unless said. */
  readonly priority?: number;
  readonly notBefore?: Date;
  /** Instead of the action's: which workers may run it. */
  readonly placement?: Pick<Placement, 'selector' | 'tolerations' | 'affinity'>;
}

export function checkRunSettings(settings: RunSettings, path: string): ErrorDetail[] {
  const { envVars = {}, timeoutSeconds, startTimeoutSeconds, totalTimeoutSeconds } = settings;
  return [
    ...checkTimeout(timeoutSeconds, `${path}.timeout_seconds`),
    ...checkTimeout(startTimeoutSeconds, `${path}.start_timeout_seconds`),
    ...checkTimeout(totalTimeoutSeconds, `${path}.total_timeout_seconds`),
    ...checkEnvSize(envVars, `${path}.env_vars`),
    ...Object.entries(envVars).flatMap(([name, value]) =>
      checkEnvVar(name, value, `${path}.env_vars.${name}`),
    ),
  ];
}

function checkTimeout(seconds: number | undefined, path: string): ErrorDetail[] {
  if (seconds === undefined) return [];
  const fits = Number.isInteger(seconds) && seconds >= 1 && seconds <= maxTimeoutSeconds;
  return fits ? [] : [{ path, message: `must be a whole number of seconds, 1 to ${maxTimeoutSeconds}` }];
}

function checkEnvSize(envVars: Readonly<Record<string, string>>, path: string): ErrorDetail[] {
  const size = Buffer.byteLength(JSON.stringify(envVars));
  return size <= maxEnvBytes ? [] : [{ path, message: `must not be larger than ${maxEnvBytes} bytes` }];
}

function checkEnvVar(name: string, value: unknown, path: string): ErrorDetail[] {
  if (!envName.test(name)) {
    return [{ path, message: 'is not a name of an environment variable', hint: 'letters, digits and _' }];
  }
  if (name.startsWith('ATTUNE_')) return [{ path, message: 'is set by the platform' }];
  return typeof value === 'string' ? unstorable(value, path) : [{ path, message: 'must be text' }];
}
