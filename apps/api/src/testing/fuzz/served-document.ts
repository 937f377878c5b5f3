/** JSON Schema as the served document holds it. */
export type Schema = Readonly<Record<string, unknown>>;

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: Schema;
}

export interface Operation {
  readonly id: string;
  readonly method: string;
  /** With placeholders: `/api/v1/rules/{ref}`. */
  readonly path: string;
  readonly isPublic: boolean;
  readonly parameters: readonly Parameter[];
  /** Content type → schema of the body. */
  readonly bodies: readonly (readonly [contentType: string, schema: Schema])[];
  /** Status → pointer to the schema of each content type. */
  readonly answers: ReadonlyMap<number, ReadonlyMap<string, string>>;
}

type Json = Readonly<Record<string, unknown>>;

/** The document as a stranger reads it: nothing here knows the contract. */
export class ServedDocument {
  readonly operations: readonly Operation[];

  constructor(readonly root: Json) {
    this.operations = Object.entries(root['paths'] as Json).flatMap(([path, methods]) =>
      Object.entries(methods as Json).map(([method, operation]) =>
        this.#operationOf(method, path, operation as Json),
      ),
    );
  }

  /** What a value refers to, or the value itself. */
  resolve(value: Json): Json {
    const ref = value['$ref'];
    if (typeof ref !== 'string') return value;
    const { $ref: _, ...siblings } = value;
    return { ...this.resolve(this.#at(ref)), ...siblings };
  }

  #at(ref: string): Json {
    const steps = ref.replace('#/', '').split('/');
    return steps.reduce<unknown>((at, step) => (at as Json)[step], this.root) as Json;
  }

  #operationOf(method: string, path: string, operation: Json): Operation {
    const pointer = `#/paths/${escape(path)}/${method}`;
    const body = operation['requestBody'] as { content: Record<string, { schema?: Schema }> } | undefined;
    return {
      id: operation['operationId'] as string,
      method: method.toUpperCase(),
      path,
      isPublic: (operation['security'] as unknown[]).length === 0,
      parameters: (operation['parameters'] ?? []) as Parameter[],
      bodies: Object.entries(body?.content ?? {}).map(([type, { schema = {} }]) => [type, schema]),
      answers: this.#answersOf(operation['responses'] as Json, `${pointer}/responses`),
    };
  }

  #answersOf(responses: Json, pointer: string): Map<number, Map<string, string>> {
    const entries = Object.entries(responses).map(([status, response]) => {
      const ref = (response as Json)['$ref'] as string | undefined;
      const { content = {} } = this.resolve(response as Json) as { content?: Json };
      const base = `${ref ?? `${pointer}/${status}`}/content`;
      const schemas = Object.keys(content).map((type) => [type, `${base}/${escape(type)}/schema`] as const);
      return [Number(status), new Map(schemas)] as const;
    });
    return new Map(entries);
  }
}

/** One step of a JSON pointer in a URI fragment. */
function escape(step: string): string {
  return encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));
}
