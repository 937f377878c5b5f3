import type { DefinitionResource } from '@attune/contract';
import type {
  Authorship,
  Db,
  DefinitionType,
  Limited,
  Page,
  PageRequest,
  Patch,
  SecretBox,
} from '@attune/db';
import type { AccessedResource, ErrorDetail, Principal } from '@attune/domain';
import type { Access } from '../access/access.js';

export interface DefinitionRow {
  id: number;
  ref: string;
  created: Date;
  updated: Date;
}

/** Functions of the repository. Which filters a list knows is between its contract and its repository. */
export interface DefinitionStore<Row, Values> {
  find(db: Db, id: number): Promise<Row | undefined>;
  findByRef(db: Db, ref: string): Promise<Row | undefined>;
  list(db: Db, filter: Limited, page: PageRequest): Promise<Page<Row>>;
  insert(db: Db, values: Values, by: Authorship): Promise<Row>;
  update(db: Db, id: number, patch: Patch<Omit<Values, 'ref'>>, by: Authorship): Promise<Row>;
  delete(db: Db, id: number): Promise<boolean>;
}

/** Who asks for a change, and the transaction in which it is decided. */
export interface Asker {
  readonly db: Db;
  readonly secrets: SecretBox;
  readonly access: Access;
  readonly principal: Principal;
}

/** A definition as it would be. */
export interface Draft<Row, Values> {
  /** Undefined: it would be created. */
  readonly before: Row | undefined;
  /** Of one that would be created without what the database fills in. */
  readonly after: Values;
  /** Columns that would say something else than before; of one that would be created, all that were given. */
  readonly changed: ReadonlySet<string>;
}

/** What one kind of definition has of its own; all that is alike is in definition-handlers.ts. */
export interface DefinitionKind<Row extends DefinitionRow, Values extends { ref: string }, Body, Shown> {
  readonly type: DefinitionType;
  /** As permissions and paths name it. */
  readonly resource: DefinitionResource;
  /** What a request can change, and so what restoring a version brings back. */
  readonly fields: readonly (keyof Values & string)[];
  readonly store: DefinitionStore<Row, Values>;
  /** What grants are compared with. */
  resourceOf(row: Partial<Row> & { ref: string }): AccessedResource;
  /** As everybody sees it who may read it, in answers, versions and the audit trail: no secret is in it. */
  show(row: Row): Shown;
  /** A version without what has become secret since. */
  hideIn?(version: Row, newest: Row): Row;
  /** Columns of a body. */
  valuesOf(body: Body, asker: Asker, before: Row | undefined): Patch<Values> | Promise<Patch<Values>>;
  /** Columns of a new one that no request says. */
  bornWith?(principal: Principal): Patch<Values>;
  /** Columns that follow from a change of one that exists, and from who makes it. */
  followsFrom?(draft: Draft<Row, Values>, principal: Principal): Patch<Values>;
  /** Columns with secrets as they are stored, of a draft that was found right. */
  sealed?(draft: Draft<Row, Values>, secrets: SecretBox): Patch<Values>;
  /** Everything wrong with it, at once; throws the denial when the change needs a permission that is missing. */
  check(asker: Asker, draft: Draft<Row, Values>): Promise<ErrorDetail[]>;
}
