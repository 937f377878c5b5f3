import { z } from 'zod';
import { isWork } from '../define-message.js';
import type { MessageContract } from '../define-message.js';
import { toSnakeKeys } from '../key-case.js';
import { queues } from '../topology.js';

interface FieldSchema {
  type?: string;
  description?: string;
  enum?: readonly unknown[];
  items?: FieldSchema;
  properties?: Record<string, FieldSchema>;
  required?: readonly string[];
}

interface Field {
  path: string;
  type: string;
  optional: boolean;
  description: string;
}

/** docs/messages.md: every contract with its wire fields, from the contracts themselves. */
export function renderMessagesDoc(contracts: readonly MessageContract<unknown>[]): string {
  const lines = [
    '# Messages',
    '',
    'Generated from `libs/mq/src/messages`. Bodies carry ids; the rows are the truth. The envelope is the same for',
    'all: `message_id`, `correlation_id`, `type`, and the headers `version`, `published_at` (milliseconds),',
    '`causation_id`, `traceparent` and, on retries, `attempt`.',
    '',
    '| message | version | exchange | meaning |',
    '| --- | --- | --- | --- |',
    ...contracts.map(
      ({ type, version, exchange, description }) =>
        `| [\`${type}\`](#${anchor(type)}) | ${version} | \`attune.${exchange}\` | ${description} |`,
    ),
    '',
    ...contracts.flatMap(section),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function section(contract: MessageContract<unknown>): string[] {
  return [
    `## ${contract.type}`,
    '',
    contract.description,
    '',
    delivery(contract),
    '',
    '| field | type | meaning |',
    '| --- | --- | --- |',
    ...fieldsOf(contract).map(
      ({ path, type, optional, description }) =>
        `| \`${path}\` | ${type}${optional ? ', optional' : ''} | ${description} |`,
    ),
    '',
  ];
}

function delivery(contract: MessageContract<unknown>): string {
  if (!isWork(contract)) return 'To every subscriber, at most once.';
  const queue = queues.find(({ contract: carried }) => carried?.type === contract.type);
  const target =
    queue === undefined ? '`attune.dispatch.<runtime>[.<placement>]`' : `\`attune.${queue.name}\``;
  return `To the queue ${target}, at least once.`;
}

function fieldsOf(contract: MessageContract<unknown>): Field[] {
  const schema = toSnakeKeys(z.toJSONSchema(contract.schema, { io: 'input' })) as FieldSchema;
  return fieldsIn(schema, '');
}

function fieldsIn({ properties = {}, required = [] }: FieldSchema, prefix: string): Field[] {
  const snakeRequired = new Set(required.map(snake));
  return Object.entries(properties).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const own = {
      path,
      type: typeName(field),
      optional: !snakeRequired.has(name),
      description: field.description ?? '',
    };
    return [own, ...(field.items === undefined ? [] : fieldsIn(field.items, `${path}[].`))];
  });
}

function typeName({ type = 'any', enum: values, items }: FieldSchema): string {
  if (values !== undefined) return values.map((value) => `\`${String(value)}\``).join(' ');
  return items === undefined ? type : `array of ${typeName(items)}`;
}

function snake(key: string): string {
  return Object.keys(toSnakeKeys({ [key]: 0 }) as object)[0] ?? key;
}

function anchor(type: string): string {
  return type.replaceAll('.', '');
}
