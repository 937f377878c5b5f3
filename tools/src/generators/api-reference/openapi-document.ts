export type Literal = string | number | boolean | null;

/** The parts of JSON Schema that the contract uses. */
export interface Schema {
  $ref?: string;
  type?: string | readonly string[];
  description?: string;
  format?: string;
  const?: Literal;
  default?: unknown;
  enum?: readonly Literal[];
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  items?: Schema;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  additionalProperties?: boolean | Schema;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
}

export interface Parameter {
  name: string;
  in: string;
  required: boolean;
  description?: string;
  schema: Schema;
}

export type Content = Readonly<
  Record<string, { schema: Schema; 'x-attune-events'?: Record<string, Schema> }>
>;

export interface Operation {
  operationId: string;
  tags: readonly string[];
  summary: string;
  description?: string;
  'x-attune-permission': string;
  parameters?: readonly Parameter[];
  requestBody?: { content: Content };
  responses: Readonly<Record<string, { $ref?: string; content?: Content }>>;
}

export interface OpenApiDocument {
  tags: readonly { name: string }[];
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  components: { schemas: Readonly<Record<string, Schema>> };
}
