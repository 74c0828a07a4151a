// How long a simulation takes: estimated before it begins, and told at its end.

/** Measured on a local run of two cores, which serves about this many requests a second. */
const REQUESTS_PER_SECOND = 150;

interface Extent {
  readonly users: number;
  readonly groups: number;
  readonly dialects: readonly string[];
}

/** Counted in each dialect: those for each user, for each group, and the others. */
const [REQUESTS_PER_USER, REQUESTS_PER_GROUP, REQUESTS_BESIDE] = [21, 30, 130];

/** `about 3 minutes`, on a local run. */
export const estimate = ({ users, groups, dialects }: Extent): string => {
  const requests = users * REQUESTS_PER_USER + groups * REQUESTS_PER_GROUP + REQUESTS_BESIDE;
  return `about ${duration((requests * dialects.length) / REQUESTS_PER_SECOND)}`;
};

/** `40 s`, `3 min`, rounded as far as a person cares. */
export const duration = (seconds: number): string =>
  seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;
