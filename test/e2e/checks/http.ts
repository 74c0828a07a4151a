// Requests that no SCIM client would send: as they are, without a Tenant URL to begin with.

import * as v from 'valibot';
import { demand } from './check.ts';

const MESSAGES = 'urn:ietf:params:scim:api:messages:2.0';

const scimError = (status: number) =>
  v.object({
    schemas: v.tuple([v.literal(`${MESSAGES}:Error`)]),
    status: v.literal(String(status)),
    detail: v.pipe(v.string(), v.minLength(20)),
  });

interface Probe {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The answer, which must be a SCIM error with this status. */
export const refusedWith = async (status: number, url: string, probe: Probe = {}): Promise<Response> => {
  const answer = await fetch(url, probe);
  const text = await answer.text();
  const what = `${probe.method ?? 'GET'} ${url} should be a SCIM error ${status}, not ${answer.status} ${text}`;
  demand(answer.status === status, what);
  demand(v.is(v.pipe(v.string(), v.parseJson(), scimError(status)), text), what);
  return answer;
};

/** The answer, which must have this status. */
export const answeredWith = async (status: number, url: string, probe: Probe = {}): Promise<Response> => {
  const answer = await fetch(url, probe);
  if (answer.status === status) return answer;
  throw new Error(
    `${probe.method ?? 'GET'} ${url} should be ${status}, not ${answer.status} ${await answer.text()}`,
  );
};

export const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
