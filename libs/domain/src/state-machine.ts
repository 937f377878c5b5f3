/** Which states may follow which; a state with no successor is terminal. */
export type Transitions<State extends string> = Readonly<Record<State, readonly State[]>>;

export function canTransition<State extends string>(
  transitions: Transitions<State>,
  from: State,
  to: State,
): boolean {
  return transitions[from].includes(to);
}

export function terminalStates<State extends string>(transitions: Transitions<State>): readonly State[] {
  return statesOf(transitions).filter((state) => transitions[state].length === 0);
}

/** States from which `to` is reached in one step: the `WHERE status IN (…)` of a compare-and-set. */
export function statesBefore<State extends string>(
  transitions: Transitions<State>,
  to: State,
): readonly State[] {
  return statesOf(transitions).filter((state) => transitions[state].includes(to));
}

/** States from which no terminal one can be reached. Empty in every machine of ours. */
export function deadEnds<State extends string>(transitions: Transitions<State>): readonly State[] {
  const reaching = new Set<State>(terminalStates(transitions));
  let before = -1;
  while (before !== reaching.size) {
    before = reaching.size;
    for (const state of statesOf(transitions)) {
      if (transitions[state].some((next) => reaching.has(next))) reaching.add(state);
    }
  }
  return statesOf(transitions).filter((state) => !reaching.has(state));
}

function statesOf<State extends string>(transitions: Transitions<State>): State[] {
  return Object.keys(transitions) as State[];
}
