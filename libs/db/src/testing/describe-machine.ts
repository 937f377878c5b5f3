import type { Transitions } from '@attune/domain';
import type { Db } from '../database.js';
import { race } from './race.js';

/** What a verb is to act on: a row, and whatever else the verb must name. */
interface Subject {
  id: number;
}

export interface Verb<Place extends string, S extends Subject> {
  /** Where it acts, and what it leads to. Everywhere else it does nothing. */
  moves: Partial<Record<Place, Place>>;
  /** Answers with the ids of what it acted on. */
  act: (db: Db, subjects: readonly S[]) => Promise<number[]>;
  /** What must be named rightly for it to act. */
  fences?: readonly string[];
  /** Everybody who calls it is served, with the same outcome. */
  repeatable?: true;
  /** Raced with another verb of the same statement, or each call has another outcome (see the tests of its own). */
  unraced?: true;
}

/** `Place` is finer than the states of the table: what a verb tells apart is a place of its own. */
export interface Machine<Place extends string, S extends Subject> {
  table: Transitions<string>;
  /** The state that a row in this place has. */
  states: Record<Place, string>;
  make: (place: Place) => Promise<S>;
  /** Everything a verb could write: the row, its history, what hangs on it. */
  read: (id: number) => Promise<{ place: Place; rows: object }>;
  /** What must hold wherever a verb has led. */
  check?: (id: number) => Promise<void>;
  verbs: Readonly<Record<string, Verb<Place, S>>>;
  /** The subject, misnamed in one respect. */
  fences: Readonly<Record<string, (subject: S) => S>>;
}

/**
 * Every verb against every place: what it should do, it does; elsewhere, and with a wrong fence, it answers nothing
 * and leaves everything as it was. Together the verbs make the transitions of the table, all of them and no others.
 */
export function describeMachine<Place extends string, S extends Subject>(
  name: string,
  machine: Machine<Place, S>,
  database: { readonly db: Db },
): void {
  const { table, states, verbs, make, read, check } = machine;
  const places = keysOf(states);
  const unchanged = new Map<Place, S>();
  const subjectIn = async (place: Place) => {
    const known = unchanged.get(place);
    const before = known === undefined ? undefined : await read(known.id);
    if (known !== undefined && before?.place === place) return { subject: known, before };
    const subject = await make(place);
    unchanged.set(place, subject);
    return { subject, before: await read(subject.id) };
  };

  it(`the verbs of ${name} make the transitions of its state machine, all of them and no others`, () => {
    const moved = Object.values(verbs).flatMap(({ moves }) =>
      keysOf(moves).map((from) => ({ from: states[from], to: states[moves[from]!] })),
    );
    const made = Object.keys(table).map((state) => [
      state,
      new Set(moved.filter(({ from, to }) => from === state && to !== state).map(({ to }) => to)),
    ]);

    const listed = Object.entries(table).map(([state, next]) => [state, new Set(next)]);
    expect(Object.fromEntries(made)).toEqual(Object.fromEntries(listed));
  });

  describe.each(Object.entries(verbs))(
    `${name}: %s`,
    (_verb, { moves, act, fences, repeatable, unraced }) => {
      it('acts where it should and nowhere else', async () => {
        for (const place of places) {
          const { subject, before } = await subjectIn(place);

          const answer = await act(database.db, [subject]);

          const after = await read(subject.id);
          const to = moves[place];
          if (to === undefined) {
            expect({ place, answer, after }).toEqual({ place, answer: [], after: before });
            continue;
          }
          expect({ place, answer, to: after.place }).toEqual({ place, answer: [subject.id], to });
          await check?.(subject.id);
          unchanged.delete(place);
        }
      });

      for (const fence of fences ?? []) {
        it(`does nothing for who names another ${fence}`, async () => {
          for (const place of keysOf(moves)) {
            const { subject, before } = await subjectIn(place);

            const answer = await act(database.db, [machine.fences[fence]!(subject)]);

            const after = await read(subject.id);
            expect({ place, answer, after }).toEqual({ place, answer: [], after: before });
          }
        });
      }

      if (unraced === true) return;

      it('raced by 20 connections acts once on each row', async () => {
        const [from] = keysOf(moves);
        const alone = await make(from!);
        await act(database.db, [alone]);
        const raced = [await make(from!), await make(from!)];
        const ids = raced.map(({ id }) => id);

        const answers = await race(database.db, 20, (db, n) =>
          act(db, n % 2 === 0 ? raced : [...raced].reverse()),
        );

        const served = answers.flat().sort((a, b) => a - b);
        expect(repeatable === true ? [...new Set(served)] : served).toEqual(ids);
        const expected = shape(await read(alone.id));
        for (const id of ids) expect(shape(await read(id))).toEqual(expected);
      });
    },
  );
}

function keysOf<Key extends string>(record: Partial<Record<Key, unknown>>): Key[] {
  return Object.keys(record) as Key[];
}

/** Without what differs from row to row and from moment to moment. */
function shape(value: unknown): unknown {
  if (value instanceof Date) return 'a time';
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value === 'string') return value.replaceAll(/\d{4}-\d\d-\d\dT[\d:.+]+|worker_\d+/g, '…');
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      isOwn(key) && member !== null ? 'its own' : shape(member),
    ]),
  );
}

const ownKeys = new Set(
  'id root execution enforcement event cause_event rule sensor worker name queue_order'.split(' '),
);

function isOwn(key: string): boolean {
  return ownKeys.has(key) || key.endsWith('_ref');
}
