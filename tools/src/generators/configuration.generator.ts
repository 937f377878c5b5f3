import { commonConfig } from '@attune/service';
import { z } from 'zod';
import { apiConfig } from '../../../apps/api/src/config.js';
import { executorConfig } from '../../../apps/executor/src/config.js';
import { notifierConfig } from '../../../apps/notifier/src/config.js';
import { sensorConfig } from '../../../apps/sensor/src/config.js';
import { workerConfig } from '../../../apps/worker/src/config.js';
import type { GeneratedFile } from '../generated-file.js';
import type { Schema } from './api-reference/openapi-document.js';
import { table, typeOf } from './api-reference/schema-text.js';

const processes: Readonly<Record<string, z.ZodObject>> = {
  api: apiConfig,
  executor: executorConfig,
  worker: workerConfig,
  sensor: sensorConfig,
  notifier: notifierConfig,
};

interface Setting {
  key: string;
  schema: Schema;
  isRequired: boolean;
  readers: string[];
}

export function configurationPages(): GeneratedFile[] {
  const whole = Object.entries(processes).map(([name, own]) => [
    name,
    z.strictObject({ ...commonConfig, ...own.shape }),
  ]);
  const schemas = Object.fromEntries(whole) as Record<string, z.ZodType>;
  return [{ path: 'docs/reference/configuration.md', content: renderConfiguration(schemas) }];
}

/** Every key of every process, once, with who reads it. */
export function renderConfiguration(schemas: Readonly<Record<string, z.ZodType>>): string {
  const settings = new Map<string, Setting>();
  for (const [reader, schema] of Object.entries(schemas)) {
    const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema;
    for (const setting of settingsOf(root, [], true)) {
      const known = settings.get(setting.key) ?? { ...setting, readers: [] };
      known.readers.push(reader);
      settings.set(setting.key, known);
    }
  }
  const all = [...settings.values()];
  const sections = [...new Set(all.map(sectionNameOf))].flatMap((name) =>
    sectionOf(
      name,
      all.filter((setting) => sectionNameOf(setting) === name),
      Object.keys(schemas).length,
    ),
  );
  return [...introduction, ...sections, ''].join('\n');
}

const introduction = [
  '# Configuration',
  '',
  'Generated from the schemas of the services. A YAML file, then the environment (`api.port` is `ATTUNE__API__PORT`),',
  'then flags (`--api.port=8080`); the later wins. A key that nobody knows is an error that names the nearest one.',
];

function sectionOf(name: string, settings: readonly Setting[], readersInAll: number): string[] {
  const rows = settings.map(({ key, schema, isRequired, readers }) => [
    `\`${key}\``,
    typeOf(schema),
    isRequired ? '**required**' : defaultOf(schema),
    schema.description ?? '',
    readers.length === readersInAll ? 'all' : readers.join(', '),
  ]);
  return ['', `## ${name}`, ...table(['key', 'type', 'default', 'meaning', 'read by'], rows)];
}

function sectionNameOf({ key }: Setting): string {
  return key.slice(0, key.indexOf('.'));
}

function defaultOf({ default: value }: Schema): string {
  return value === undefined ? '' : `\`${JSON.stringify(value)}\``;
}

function settingsOf(
  schema: Schema,
  path: readonly string[],
  isRequired: boolean,
): Omit<Setting, 'readers'>[] {
  if (schema.properties === undefined) return [{ key: path.join('.'), schema, isRequired }];
  return Object.entries(schema.properties).flatMap(([name, child]) =>
    settingsOf(child, [...path, name], schema.required?.includes(name) ?? false),
  );
}
