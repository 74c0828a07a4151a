// Replays what identity providers send, from the folders beside this file. To fix a dialect bug, first add a dialogue that
// fails. README.md explains the format of a dialogue, entra-client.md is what its `source` refers to.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type Answer, ScimClient } from '../support/scim-client.ts';

interface Step {
  /** Method and path below the Tenant URL, e.g. `PATCH /Users/{{user}}`; `{{name}}` is replaced with a kept value. */
  readonly request: string;
  /** A filter, form-encoded into the query. */
  readonly filter?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  /** How often the request is sent; `{{n}}` counts from 1. */
  readonly times?: number;
  /** Sends the repeated requests concurrently; `status` may then list the statuses, sorted. */
  readonly atOnce?: boolean;
  readonly status: number | readonly number[];
  /** What the body of the response must contain; arrays are compared whole. */
  readonly answer?: object;
  /** Keys of the body whose values must be exactly these. */
  readonly exactly?: Record<string, unknown>;
  /** Keys that the body must not have. */
  readonly absent?: readonly string[];
  readonly answerHeaders?: Record<string, string>;
  /** Keeps the `id` in the response under this name. */
  readonly keepId?: string;
}

interface Dialogue {
  readonly rule: string;
  readonly source: string;
  readonly steps: readonly Step[];
}

type Kept = Map<string, string>;

const fill = <T>(template: T, kept: Kept, n: number): T =>
  JSON.parse(
    JSON.stringify(template)
      .replaceAll('{{n}}', String(n))
      .replace(/\{\{(\w+)\}\}/g, (whole, name: string) => kept.get(name) ?? whole),
  );

const send = (client: ScimClient, { request, filter, headers, body }: Step): Promise<Answer> => {
  const [method = '', path = ''] = request.split(' ');
  const separator = path.includes('?') ? '&' : '?';
  const query = filter === undefined ? '' : `${separator}${new URLSearchParams({ filter })}`;
  return client.send(method, path + query, { headers, body });
};

const compare = (step: Step, { status, body, headers }: Answer) => {
  const { request, answer, exactly = {}, absent = [], answerHeaders } = step;
  expect({ request, status, body, headers }).toMatchObject({
    request,
    ...(typeof step.status === 'number' && { status: step.status }),
    ...(answer && { body: answer }),
    ...(answerHeaders && { headers: answerHeaders }),
  });
  for (const [name, value] of Object.entries(exactly))
    expect({ [name]: body[name] }).toEqual({ [name]: value });
  for (const name of absent) expect(body).not.toHaveProperty([name]);
};

const replay = async ({ steps }: Dialogue) => {
  const client = new ScimClient();
  const kept: Kept = new Map([['tenantUrl', client.tenantUrl]]);
  const take = async (template: Step, n: number) => {
    const step = fill(template, kept, n);
    const received = await send(client, step);
    compare(step, received);
    if (step.keepId) kept.set(step.keepId, received.body.id);
    return received.status;
  };
  for (const step of steps) {
    const numbers = Array.from({ length: step.times ?? 1 }, (_, index) => index + 1);
    if (step.atOnce) {
      const statuses = await Promise.all(numbers.map((n) => take(step, n)));
      if (typeof step.status !== 'number') expect(statuses.toSorted()).toEqual(step.status);
    } else for (const n of numbers) await take(step, n);
  }
};

for (const provider of readdirSync(__dirname, { withFileTypes: true }).filter((entry) =>
  entry.isDirectory(),
)) {
  describe(provider.name, () => {
    const folder = join(__dirname, provider.name);
    for (const file of readdirSync(folder).sort()) {
      const dialogue = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Dialogue;
      test(`${file.replace('.json', '')}: ${dialogue.rule}`, () => replay(dialogue));
    }
  });
}
