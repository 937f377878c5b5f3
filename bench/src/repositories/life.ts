import { schedule } from './ground.js';
import { checkSameRows } from './same-rows.js';
import type { Spent } from './spent.js';
import { takeTurns, type Match, type Sides } from './turns.js';

export const verbs = ['insert', 'claim', 'finish'] as const;
export type Verb = (typeof verbs)[number];

const result = { ok: true, lines: 3, text: 'what an action has to say about it' };

/** Executions from their request to their end, on both sides; fails when the sides leave different rows. */
export async function measureLife(match: Match): Promise<Record<Verb, Sides<Spent[]>>> {
  const configs = Array.from({ length: match.load.rows }, (_, n) => ({
    n,
    site: 'a',
    text: 'something that happened somewhere, as sensors tell it',
  }));
  const insert = await takeTurns(match, { ours: configs, raw: configs }, (contestant, batch) =>
    contestant.insert(batch),
  );
  const scheduled = {
    ours: await schedule(match.ground, insert.ours.done),
    raw: await schedule(match.ground, insert.raw.done),
  };
  const claim = await takeTurns(match, scheduled, (contestant, batch) => contestant.claim(batch));
  const claimed = { ours: claim.ours.done, raw: claim.raw.done };
  const finish = await takeTurns(match, claimed, (contestant, batch) => contestant.finish(batch, result));
  await checkSameRows(match.ground.observer, { ours: finish.ours.done, raw: finish.raw.done });
  const spentOn = ({ ours, raw }: Sides<{ spent: Spent[] }>) => ({ ours: ours.spent, raw: raw.spent });
  return { insert: spentOn(insert), claim: spentOn(claim), finish: spentOn(finish) };
}
