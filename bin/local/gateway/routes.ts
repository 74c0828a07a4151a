// Which route a path belongs to, by the precedence of API Gateway: literal, then `{parameter}`, then `{greedy+}`.

import type { LocalRoute } from '../stack/gateway.ts';

/** The methods that a REST API knows; `ANY` stands for these and no others. */
const METHODS = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']);

export interface RouteMatch {
  readonly route: LocalRoute;
  readonly pathParameters: Readonly<Record<string, string>> | null;
}

/**
 * The segments of a path below the stage, as REST APIs compare them: slashes at either end do not count, and a doubled one
 * in between is an empty segment, which makes another path. AWS does not document it; it was recorded of AWS by the
 * tests of LocalStack (test_apigateway_lambda.py, `proxy-value//double-slash` and `//hardcoded`, and its issue 11253).
 */
export const segmentsOf = (path: string): string[] => {
  const inner = path.replace(/^\/+|\/+$/g, '');
  return inner === '' ? [] : inner.split('/');
};

/**
 * The route for a request below the stage, or undefined: a REST API then takes it for a request to AWS. A path that has not
 * the method is passed over, as MiniStack's pull request 1423 measured.
 */
export const matchRoute = (
  routes: readonly LocalRoute[],
  method: string,
  segments: readonly string[],
): RouteMatch | undefined => {
  if (!METHODS.has(method)) return undefined;
  const [best] = routes
    .filter((route) => route.method === method || route.method === 'ANY')
    .filter((route) => fits(segmentsOf(route.path), segments))
    .sort((a, b) => comparePrecedence(segmentsOf(a.path), segmentsOf(b.path)));
  if (!best) return undefined;
  const exact = routes.find((each) => each.path === best.path && each.method === method);
  return { route: exact ?? best, pathParameters: parametersOf(segmentsOf(best.path), segments) };
};

const isGreedy = (part: string | undefined) => part?.endsWith('+}') ?? false;
const isParameter = (part: string) => part.startsWith('{');

const fits = (pattern: readonly string[], segments: readonly string[]): boolean => {
  const longEnough = isGreedy(pattern.at(-1))
    ? segments.length >= pattern.length
    : segments.length === pattern.length;
  return longEnough && pattern.every((part, index) => takes(part, segments[index]));
};

/** Only a greedy parameter takes an empty segment. */
const takes = (part: string, segment: string | undefined): boolean =>
  isGreedy(part) || (isParameter(part) ? segment !== '' : part === segment);

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
