/** Tells what happens, each line with the milliseconds since the start of the story. */
export interface Narrator {
  step(text: string): void;
  detail(text: string): void;
  elapsedMs(): number;
  /** Sets the clock of the story to zero. */
  restart(): void;
}

export function createNarrator(): Narrator {
  let start = performance.now();
  const elapsedMs = () => Math.round(performance.now() - start);
  return {
    elapsedMs,
    restart: () => (start = performance.now()),
    step: (text) => console.log(`${String(elapsedMs()).padStart(6)} ms  ${text}`),
    detail: (text) => text.split('\n').forEach((line) => console.log(`           ${line}`)),
  };
}
