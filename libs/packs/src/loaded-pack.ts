/** A flat parameter map or a JSON Schema; checked when the pack was loaded. */
export type ParameterSchema = Readonly<Record<string, unknown>>;

export interface LoadedTrigger {
  readonly ref: string;
  readonly label: string;
  readonly description: string | null;
  readonly enabled: boolean;
  readonly tags: readonly string[];
  readonly paramSchema: ParameterSchema | null;
  readonly payloadSchema: ParameterSchema | null;
  readonly webhook: Readonly<Record<string, unknown>> | null;
}

export interface LoadedAction {
  readonly ref: string;
  readonly label: string;
  readonly description: string | null;
  readonly enabled: boolean;
  readonly tags: readonly string[];
  readonly runtimeRef: string;
  /** File below `actions/`, or '' for the built-in runtimes that take none. */
  readonly entrypoint: string;
  readonly paramSchema: ParameterSchema | null;
  readonly outSchema: ParameterSchema | null;
  readonly parameterDelivery: 'stdin' | 'file';
  readonly parameterFormat: 'json' | 'yaml' | 'dotenv';
  readonly outputFormat: 'text' | 'json' | 'yaml' | 'jsonl';
  readonly timeoutSeconds: number | null;
  readonly retry: Readonly<Record<string, unknown>> | null;
}

export interface LoadedRule {
  readonly ref: string;
  readonly label: string;
  readonly description: string | null;
  readonly enabled: boolean;
  readonly triggerRef: string;
  readonly triggerParams: Readonly<Record<string, unknown>>;
  readonly conditions: unknown;
  readonly actionRef: string;
  readonly actionParams: Readonly<Record<string, unknown>>;
}

export interface LoadedSensor {
  readonly ref: string;
  readonly label: string;
  readonly description: string | null;
  readonly enabled: boolean;
  readonly runtimeRef: string;
  readonly entrypoint: string;
  readonly triggerRefs: readonly string[];
  readonly paramSchema: ParameterSchema | null;
  readonly config: Readonly<Record<string, unknown>> | null;
}

export interface LoadedRuntime {
  readonly ref: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly description: string | null;
  readonly distributions: Readonly<Record<string, unknown>>;
  readonly executionConfig: Readonly<Record<string, unknown>>;
}

export interface LoadedPermissionSet {
  readonly ref: string;
  readonly label: string;
  readonly description: string | null;
  readonly grants: readonly Readonly<Record<string, unknown>>[];
}

export interface LoadedPolicy {
  readonly ref: string;
  readonly name: string;
  readonly description: string | null;
  readonly actionRef: string | null;
  readonly parameters: readonly string[];
  readonly method: 'cancel' | 'enqueue';
  readonly threshold: number;
  readonly tags: readonly string[];
}

/** A pack as its files say, checked: what `installPack` writes. */
export interface LoadedPack {
  readonly directory: string;
  readonly ref: string;
  readonly label: string;
  readonly description: string | null;
  readonly version: string;
  readonly tags: readonly string[];
  readonly confSchema: ParameterSchema;
  readonly config: Readonly<Record<string, unknown>>;
  /** SHA-256 over the paths, modes and bytes of all files, hex. */
  readonly contentHash: string;
  readonly runtimes: readonly LoadedRuntime[];
  readonly triggers: readonly LoadedTrigger[];
  readonly sensors: readonly LoadedSensor[];
  readonly actions: readonly LoadedAction[];
  readonly rules: readonly LoadedRule[];
  readonly policies: readonly LoadedPolicy[];
  readonly permissionSets: readonly LoadedPermissionSet[];
}
