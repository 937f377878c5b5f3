import { opsRule } from './ops-pack.js';

/** One of each kind of definition, for tests of what is alike for all of them. */
export interface DefinitionSample {
  resource: 'packs' | 'actions' | 'triggers' | 'sensors' | 'rules' | 'policies' | 'runtimes';
  type: string;
  /** Of a definition of this name. */
  refOf: (name: string) => string;
  /** Its name for people. */
  title: 'label' | 'name';
  /** What makes one, besides ref and title. */
  body: Record<string, unknown>;
  /** What clients of the original look for. */
  fields: readonly string[];
}

const ofPack = (name: string) => `ops.${name}`;
const common = ['id', 'ref', 'description', 'created', 'updated'];
const component = [...common, 'pack', 'pack_ref'];
const placement = ['worker_selector', 'worker_tolerations', 'worker_affinity'];
const retention = [
  'artifact_retention_policy',
  'artifact_retention_limit',
  'log_retention_policy',
  'log_retention_limit',
];

export const definitionSamples: readonly DefinitionSample[] = [
  {
    resource: 'packs',
    type: 'pack',
    refOf: (name) => name,
    title: 'label',
    body: { version: '1.0.0' },
    fields: [
      ...common,
      'label',
      'version',
      'conf_schema',
      'config',
      'meta',
      'tags',
      'runtime_deps',
      'dependencies',
      'is_standard',
    ],
  },
  {
    resource: 'actions',
    type: 'action',
    refOf: ofPack,
    title: 'label',
    body: { runtime_ref: 'core.shell', entrypoint: 'true' },
    fields: [
      ...component,
      ...placement,
      ...retention,
      'label',
      'entrypoint',
      'runtime',
      'runtime_ref',
      'runtime_version_constraint',
      'required_worker_runtimes',
      'param_schema',
      'out_schema',
      'accesses_mcp',
      'default_execution_permission_set_refs',
      'is_adhoc',
    ],
  },
  {
    resource: 'triggers',
    type: 'trigger',
    refOf: ofPack,
    title: 'label',
    body: { out_schema: { host: { type: 'string' } } },
    fields: [
      ...component,
      'label',
      'enabled',
      'param_schema',
      'out_schema',
      'webhook_enabled',
      'is_adhoc',
      'sensor',
      'sensor_ref',
    ],
  },
  {
    resource: 'sensors',
    type: 'sensor',
    refOf: ofPack,
    title: 'label',
    body: { runtime_ref: 'core.python', entrypoint: 'watch.py' },
    fields: [
      ...component,
      ...placement,
      ...retention,
      'label',
      'entrypoint',
      'runtime',
      'runtime_ref',
      'enabled',
      'param_schema',
    ],
  },
  {
    resource: 'rules',
    type: 'rule',
    refOf: ofPack,
    title: 'label',
    body: (({ ref: _ref, label: _label, ...body }) => body)(opsRule),
    fields: [
      ...component,
      'label',
      'action',
      'action_ref',
      'trigger',
      'trigger_ref',
      'conditions',
      'action_params',
      'trigger_params',
      'permission_set_refs',
      'enabled',
      'is_adhoc',
      'owner_identity',
    ],
  },
  {
    resource: 'policies',
    type: 'policy',
    refOf: ofPack,
    title: 'name',
    body: { action_ref: 'ops.note', threshold: 3 },
    fields: [
      ...component,
      'name',
      'action',
      'action_ref',
      'pack_wide',
      'method',
      'threshold',
      'window_seconds',
      'parameters',
      'tags',
      'enabled',
    ],
  },
  {
    resource: 'runtimes',
    type: 'runtime',
    refOf: ofPack,
    title: 'name',
    body: { execution_config: { interpreter: { binary: 'ruby', args: ['-w'] } } },
    fields: [...component, 'name', 'distributions', 'installation', 'execution_config'],
  },
];
