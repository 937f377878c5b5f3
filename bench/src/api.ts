import { parseArgs } from 'node:util';
import { createApiWorld } from './api/api-world.js';
import { openCases, sides } from './api/cases.js';
import { endProgram, startProgram } from './api/child-program.js';
import { figuresOf, summarise, type Figures } from './api/report.js';
import { takeTurns } from './api/turn.js';
import { benchServers } from './servers.js';

/*
 * Requests to the API as it runs, on PostgreSQL and RabbitMQ, beside the same work in a bare Fastify route with one
 * statement through `pg`. JSON lines, one per round and case; the last one is the summary.
 */
const { values } = parseArgs({
  options: {
    // Executions in the table.
    rows: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '7' },
    // Of each side in each case and round.
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '16' },
    // Part of the names of the cases that are measured.
    only: { type: 'string', default: '' },
  },
});
const rows = Number(values.rows);
const pressure = { connections: Number(values.connections), seconds: Number(values.seconds) };

const generator = startProgram('load');
const world = await createApiWorld(benchServers(), rows);
try {
  const cases = (await openCases(world, rows)).filter(({ name }) => name.includes(values.only));
  const playRound = async (round: number): Promise<Figures[]> => {
    const figures: Figures[] = [];
    const order = round % 2 === 0 ? sides : sides.toReversed();
    for (const one of cases) {
      figures.push(figuresOf(one.name, await takeTurns(world, one, { generator, pressure, order })));
    }
    return figures;
  };
  const rounds: Figures[][] = [];
  await playRound(0);
  for (let round = 1; round <= Number(values.rounds); round += 1) {
    const figures = await playRound(round);
    for (const one of figures) console.log(JSON.stringify({ round, ...one }));
    rounds.push(figures);
  }
  console.log(
    JSON.stringify({ bench: 'api', rounds: rounds.length, rows, ...pressure, figures: summarise(rounds) }),
  );
} finally {
  await endProgram(generator);
  await world.close();
}
