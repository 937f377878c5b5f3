// Says how long a run of database tests took, in a measure that does not depend on the machine: the time of 1,000
// single-row inserts on two connections, each its own durable commit, taken before and after the tests.
const pg = require('pg');

const rows = 1_000;
const connections = 2;

module.exports = class RunTimeReporter {
  #yardsticks = [];
  #measuring = 0;

  async onRunStart() {
    await this.#measure();
  }

  async onRunComplete(_contexts, results) {
    await this.#measure();
    const run = process.uptime() - this.#measuring;
    const yardstick = median(this.#yardsticks);
    console.log(
      `${results.numPassedTests} passed in ${run.toFixed(1)} s = ${(run / yardstick).toFixed(0)} × the time of ` +
        `${rows} inserts on ${connections} connections (${(yardstick * 1000).toFixed(0)} ms)`,
    );
  }

  async #measure() {
    const started = performance.now();
    for (let round = 0; round < 2; round += 1) this.#yardsticks.push(await timeInserts());
    this.#measuring += (performance.now() - started) / 1000;
  }
};

async function timeInserts() {
  const pool = new pg.Pool({ connectionString: process.env.ATTUNE_TEST_DATABASE_URL, max: connections });
  const table = `attune_yardstick_${process.pid}`;
  try {
    await pool.query(
      `create table ${table} (id bigint generated always as identity primary key, data jsonb)`,
    );
    const started = performance.now();
    await Promise.all(Array.from({ length: connections }, () => insert(pool, table)));
    return (performance.now() - started) / 1000;
  } finally {
    await pool.query(`drop table if exists ${table}`);
    await pool.end();
  }
}

async function insert(pool, table) {
  const client = await pool.connect();
  const statement = { name: 'insert', text: `insert into ${table} (data) values ($1)`, values: ['{"n": 1}'] };
  for (let n = 0; n < rows / connections; n += 1) await client.query(statement);
  client.release();
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
