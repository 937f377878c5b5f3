/** Starts the same work so many times at once, as so many processes would; answers in order of their start. */
export function atOnce<T>(times: number, work: (n: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: times }, (_, n) => work(n)));
}
