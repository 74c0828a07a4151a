// Reads environment variables, validated at cold start rather than at the first request.

import * as v from 'valibot';

/** The variables in `entries`; throws one sentence that lists every missing or invalid one. */
export const readEnvironment = <const Entries extends v.ObjectEntries>(
  entries: Entries,
): v.InferOutput<v.ObjectSchema<Entries, undefined>> => {
  const result = v.safeParse(v.object(entries), process.env);
  if (result.success) return result.output;
  const problems = result.issues.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`);
  throw new Error(`The environment of this function is not complete: ${problems.join('; ')}`);
};
