// Finds the route for a path, by the precedence of API Gateway: literal, then `{parameter}`, then `{greedy+}`.

import type { LocalRoute } from '../stack/gateway.ts';

/** The methods of a REST API; `ANY` stands for exactly these. */
const METHODS = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']);

/** The route of a request, and the values of its path parameters. */
export interface RouteMatch {
  readonly route: LocalRoute;
  /** Null for a route without parameters, as in the event. */
  readonly pathParameters: Readonly<Record<string, string>> | null;
}

/**
 * The segments of a path below the stage, as REST APIs compare them: slashes at either end are ignored, and a double
 * slash in between is an empty segment, so the path is a different one. AWS does not document this; LocalStack's tests recorded
 * it from AWS (test_apigateway_lambda.py, `proxy-value//double-slash` and `//hardcoded`, and its issue 11253).
 */
export const segmentsOf = (path: string): string[] => {
  const inner = path.replace(/^\/+|\/+$/g, '');
  return inner === '' ? [] : inner.split('/');
};

/**
 * The route for a request below the stage, or undefined, in which case a REST API treats it as a request to AWS itself. A path
 * without the method is skipped, as MiniStack's pull request 1423 measured.
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

/** The first segment whose kind differs decides. */
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
