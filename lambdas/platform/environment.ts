// What a function is told by its environment, checked at cold start rather than at the first request.

import * as v from 'valibot';

/** The variables named in `entries`; throws one sentence that names every missing or wrong one. */
export const readEnvironment = <const Entries extends v.ObjectEntries>(
  entries: Entries,
): v.InferOutput<v.ObjectSchema<Entries, undefined>> => {
  const result = v.safeParse(v.object(entries), process.env);
  if (result.success) return result.output;
  const problems = result.issues.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`);
  throw new Error(`The environment of this function is not complete: ${problems.join('; ')}`);
};
