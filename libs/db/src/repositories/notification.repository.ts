import { NotFoundError } from '@attune/domain';
import { sql } from 'kysely';
import { toInsert } from '../columns.js';
import type { Db } from '../database.js';
import { allOf, equals } from '../filter.js';
import { toJson } from '../json.js';
import type { Page, PageRequest } from '../page.js';
import { byAge, fetchPage } from '../page.js';
import type { Limited } from '../visible.js';
import { isVisible } from '../visible.js';
import type { NotificationRow as Row } from '../schema/index.js';

/** `content` is undefined when there is none, and null when it is the JSON value null. */
export type Notification = Omit<Row, 'content'> & { content?: unknown };

export interface NewNotification {
  channel: string;
  entity_type: string;
  entity: string;
  activity: string;
  state?: Row['state'] | undefined;
  /** Any JSON value, null included; left out = none. */
  content?: unknown;
}

export interface NotificationFilter extends Limited {
  channel?: string | undefined;
  entity_type?: string | undefined;
  entity?: string | undefined;
  state?: Row['state'] | undefined;
}

export interface NotificationPatch {
  state?: Row['state'] | undefined;
  content?: unknown;
}

type StoredNotification = Row & { has_content: boolean };

const hasContent = sql<boolean>`notification.content is not null`.as('has_content');

export async function insertNotification(
  db: Db,
  { content, ...values }: NewNotification,
): Promise<Notification> {
  const row = await db
    .insertInto('notification')
    .values({
      ...toInsert('notification', values),
      content: content === undefined ? null : toJson(content),
    })
    .returningAll()
    .returning(hasContent)
    .executeTakeFirstOrThrow();
  return toNotification(row);
}

export async function findNotification(db: Db, id: number): Promise<Notification | undefined> {
  const row = await db
    .selectFrom('notification')
    .selectAll()
    .select(hasContent)
    .where('id', '=', id)
    .executeTakeFirst();
  return row === undefined ? undefined : toNotification(row);
}

export async function getNotification(db: Db, id: number): Promise<Notification> {
  return orNotFound(await findNotification(db, id), 'id', id);
}

/** Newest first. */
export async function listNotifications(
  db: Db,
  filter: NotificationFilter,
  page: PageRequest,
): Promise<Page<Notification>> {
  const conditions = allOf(
    equals('notification.channel', filter.channel),
    equals('notification.entity_type', filter.entity_type),
    equals('notification.entity', filter.entity),
    equals('notification.state', filter.state),
    isVisible(filter.visible, { id: 'notification.id' }),
  );
  const query = db.selectFrom('notification').selectAll().select(hasContent).where(conditions);
  const { items, ...rest } = await fetchPage(query, byAge('notification'), page);
  return { ...rest, items: items.map(toNotification) };
}

/** undefined keeps; `content` null is the JSON value null. */
export async function updateNotification(
  db: Db,
  id: number,
  { state, content }: NotificationPatch,
): Promise<Notification> {
  if (state === undefined && content === undefined) return getNotification(db, id);
  const row = await db
    .updateTable('notification')
    .set({
      ...(state === undefined ? {} : { state }),
      ...(content === undefined ? {} : { content: toJson(content) }),
      updated: sql`now()`,
    })
    .where('id', '=', id)
    .returningAll()
    .returning(hasContent)
    .executeTakeFirst();
  return orNotFound(row === undefined ? undefined : toNotification(row), 'id', id);
}

export async function deleteNotification(db: Db, id: number): Promise<boolean> {
  const result = await db.deleteFrom('notification').where('id', '=', id).executeTakeFirst();
  return result.numDeletedRows > 0n;
}

function toNotification({ has_content, content, ...row }: StoredNotification): Notification {
  return has_content ? { ...row, content } : row;
}

function orNotFound(row: Notification | undefined, field: string, value: unknown): Notification {
  if (row === undefined) throw new NotFoundError('notification', field, value);
  return row;
}
