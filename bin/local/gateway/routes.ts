// Which route a path belongs to, by the precedence of API Gateway: literal, then `{parameter}`, then `{greedy+}`.

import type { LocalRoute } from '../stack.ts';

/** The methods that a REST API knows; `ANY` stands for these and no others. */
const METHODS = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']);

export interface RouteMatch {
  readonly route: LocalRoute;
  readonly pathParameters: Readonly<Record<string, string>> | null;
}

/**
 * The segments of a path as the gateway compares them. It ignores a trailing slash (as REST APIs do); that it also
 * ignores empty segments in between is our assumption, and the safe one, for the policy is held against the same
 * segments.
 */
export const segmentsOf = (path: string): string[] => path.split('/').filter((segment) => segment !== '');

/** The route for a request below the stage, or undefined: a REST API then says `MISSING_AUTHENTICATION_TOKEN`. */
export const matchRoute = (
  routes: readonly LocalRoute[],
  method: string,
  segments: readonly string[],
): RouteMatch | undefined => {
  if (!METHODS.has(method)) return undefined;
  const [best] = routes
    .filter((route) => fits(segmentsOf(route.path), segments))
    .sort((a, b) => comparePrecedence(segmentsOf(a.path), segmentsOf(b.path)));
  if (!best) return undefined;
  const here = routes.filter((route) => route.path === best.path);
  const route = here.find((each) => each.method === method) ?? here.find((each) => each.method === 'ANY');
  return route && { route, pathParameters: parametersOf(segmentsOf(route.path), segments) };
};

const isGreedy = (part: string | undefined) => part?.endsWith('+}') ?? false;
const isParameter = (part: string) => part.startsWith('{');

const fits = (pattern: readonly string[], segments: readonly string[]): boolean => {
  const longEnough = isGreedy(pattern.at(-1))
    ? segments.length >= pattern.length
    : segments.length === pattern.length;
  return longEnough && pattern.every((part, index) => isParameter(part) || part === segments[index]);
};

/** The first segment in which two patterns differ in kind decides. */
const comparePrecedence = (a: readonly string[], b: readonly string[]): number => {
  const rank = (part: string | undefined) =>
    part === undefined ? 3 : isGreedy(part) ? 2 : isParameter(part) ? 1 : 0;
  const ranks = a.map((part, index) => rank(part) - rank(b[index]));
  return ranks.find((difference) => difference !== 0) ?? 0;
};

const parametersOf = (pattern: readonly string[], segments: readonly string[]) => {
  const parameters = pattern.flatMap((part, index) => {
    if (!isParameter(part)) return [];
    const values = isGreedy(part) ? segments.slice(index) : segments.slice(index, index + 1);
    return [[part.replace(/[{}+]/g, ''), values.map(decode).join('/')]];
  });
  return parameters.length === 0 ? null : Object.fromEntries(parameters);
};

const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};
