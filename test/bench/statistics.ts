// Figures of repeated rounds.

/** The median, and how far the middle half of the rounds lies around it, as a share of it. */
export interface Figure {
  readonly median: number;
  readonly spread: number;
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

export const figureOf = (rounds: readonly number[]): Figure => {
  const sorted = rounds.toSorted((left, right) => left - right);
  const median = at(sorted, 0.5);
  return { median, spread: (at(sorted, 0.75) - at(sorted, 0.25)) / median };
};

/** The value below which `share` of `values` lie. */
export const percentile = (values: readonly number[], share: number): number =>
  at(
    values.toSorted((left, right) => left - right),
    share,
  );

/** Milliseconds of CPU that this process uses for `work`: other processes of a busy machine do not count. */
export const cpuMs = async (work: () => Promise<unknown>): Promise<number> => {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};
