import type { Db } from '@attune/db';

/** A transaction of the caller could fail after the bytes have followed its rows. */
export function refuseTransaction(db: Db): void {
  if (db.isTransaction)
    throw new TypeError(
      'bytes of artifacts follow committed rows: not inside of a transaction, see `alongside`',
    );
}
