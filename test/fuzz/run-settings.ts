// What a run is told by its environment.

/** FUZZ_SEED repeats a run; otherwise each is another. */
export const seedFrom = ({ FUZZ_SEED }: NodeJS.ProcessEnv): number => {
  const seed = Number(FUZZ_SEED ?? Date.now() % 1_000_000);
  if (!Number.isSafeInteger(seed)) throw new Error('FUZZ_SEED is a whole number.');
  return seed;
};

/** FUZZ_FROM begins with a later case of the same seed, such as the one that a finding names. */
export const firstFrom = ({ FUZZ_FROM = '0' }: NodeJS.ProcessEnv): number => Number(FUZZ_FROM);

export const casesFrom = ({ FUZZ_CASES }: NodeJS.ProcessEnv): number => {
  const cases = Number(FUZZ_CASES ?? 100_000);
  if (!Number.isSafeInteger(cases) || cases < 1) throw new Error('FUZZ_CASES is a whole number from 1.');
  return cases;
};
