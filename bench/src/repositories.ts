import { parseArgs } from 'node:util';
import { openByHand } from './repositories/by-hand.js';
import { createGround, type Ground } from './repositories/ground.js';
import { measureLife, verbs } from './repositories/life.js';
import { openOurs } from './repositories/ours.js';
import { figuresOf, summarise, type Figures } from './repositories/report.js';
import { sides, type Load, type Match } from './repositories/turns.js';
import { benchServers } from './servers.js';

/*
 * insert, claim and finish of executions through the repositories, beside the same rows written by hand with
 * `pg`. JSON lines, one per round, load and verb; the last one is the summary.
 */
const { values } = parseArgs({
  options: {
    // Of each side in batches of one; larger batches and more connections get more of them.
    rows: { type: 'string', default: '500' },
    rounds: { type: 'string', default: '15' },
    // What the insert by hand answers: `rows` as the repository does, or `ids` alone.
    answer: { type: 'string', default: 'rows' },
  },
});
const rows = Number(values.rows);
const answer = values.answer === 'ids' ? 'ids' : 'rows';
const loads: readonly Load[] = [
  { batch: 1, connections: 1, rows },
  { batch: 1, connections: 8, rows: rows * 4 },
  { batch: 10, connections: 1, rows: rows * 4 },
  { batch: 100, connections: 1, rows: rows * 10 },
];

const ground = await createGround(benchServers().databaseServer);
const matches = loads.map((load) => openMatch(ground, load));
try {
  const rounds: Figures[][] = [];
  await playRound();
  for (let round = 1; round <= Number(values.rounds); round += 1) {
    const figures = await playRound();
    for (const one of figures) console.log(JSON.stringify({ round, ...one }));
    rounds.push(figures);
  }
  console.log(
    JSON.stringify({ bench: 'repositories', rounds: rounds.length, answer, figures: summarise(rounds) }),
  );
} finally {
  for (const { contestants } of matches) await Promise.all(sides.map((side) => contestants[side].close()));
  await ground.close();
}

/** Connections stay open from the first, uncounted round to the last, as those of a service do. */
function openMatch(ground: Ground, load: Load): Match {
  const { connections } = load;
  const contestants = { ours: openOurs(ground, connections), raw: openByHand(ground, connections, answer) };
  return { ground, contestants, load };
}

async function playRound(): Promise<Figures[]> {
  const figures: Figures[] = [];
  for (const match of matches) {
    const spent = await measureLife(match);
    figures.push(...verbs.map((verb) => figuresOf(verb, match.load, spent[verb])));
  }
  return figures;
}
