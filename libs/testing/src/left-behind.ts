import { connect } from 'amqplib';
import pg from 'pg';

/** Names of the databases on the server that begin like this. */
export async function databasesLike(serverUrl: string, beginning: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const like = 'select datname from pg_database where starts_with(datname, $1) order by datname';
    const { rows } = await client.query<{ datname: string }>(like, [beginning]);
    return rows.map(({ datname }) => datname);
  } finally {
    await client.end();
  }
}

/** Whether the broker has the queue, by its whole name. */
export async function hasQueue(amqpUrl: string, name: string): Promise<boolean> {
  const model = await connect(amqpUrl);
  try {
    const channel = await model.createChannel();
    // The broker closes the channel of who asks for a queue that is not there.
    channel.on('error', () => undefined);
    return await channel.checkQueue(name).then(
      () => true,
      () => false,
    );
  } finally {
    await model.close();
  }
}
