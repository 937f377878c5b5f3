const hourMs = 3_600_000;
const minuteMs = 60_000;
/** Hours that are told one by one: four weeks. */
const mostHours = 672;
/** Events come in the order of their ids, so older minutes than these are over. */
const openMinutes = 1_000;

/** When executions would begin. */
export interface Timeline {
  /** Hours with executions, oldest first; of more than four weeks of them the last. */
  hours: { from: Date; count: number }[];
  /** The busiest hour and minute; null without executions. */
  peakHour: Peak | null;
  peakMinute: Peak | null;
}

export interface Peak {
  from: Date;
  count: number;
}

export function countOverTime() {
  const hours = periodsOf(hourMs, mostHours);
  const minutes = periodsOf(minuteMs, openMinutes);
  return {
    count: (at: Date): void => {
      hours.count(at);
      minutes.count(at);
    },
    report: (): Timeline => ({
      hours: hours.all(),
      peakHour: hours.peak(),
      peakMinute: minutes.peak(),
    }),
  };
}

/** Counts by period. Of more than `most` those that began to be counted first are forgotten; the peak is kept. */
function periodsOf(lengthMs: number, most: number) {
  const counts = new Map<number, number>();
  let peak: Peak | null = null;
  return {
    count: (at: Date): void => {
      const from = Math.floor(at.getTime() / lengthMs) * lengthMs;
      const count = (counts.get(from) ?? 0) + 1;
      counts.set(from, count);
      if (peak === null || count > peak.count) peak = { from: new Date(from), count };
      const [first] = counts.keys();
      if (counts.size > most && first !== undefined) counts.delete(first);
    },
    all: (): Peak[] =>
      [...counts].toSorted(([a], [b]) => a - b).map(([from, count]) => ({ from: new Date(from), count })),
    peak: (): Peak | null => peak,
  };
}
