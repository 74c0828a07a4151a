// Replays what identity providers send, as recorded in the folders beside this file: a dialect bug is fixed by adding the
// file that fails first.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ScimClient } from '../support/scim-client.ts';

interface Step {
  /** Method and path behind the Tenant URL, e.g. `PATCH /Users/{{user}}`; `{{name}}` stands for a kept value. */
  readonly request: string;
  /** A filter, form-encoded into the query. */
  readonly filter?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly status: number;
  /** What the answer's body must contain at least; arrays are compared whole. */
  readonly answer?: object;
  /** Names of members that the answer's body must not have. */
  readonly absent?: readonly string[];
  /** Keeps the answer's `id` under this name. */
  readonly keepId?: string;
}

interface Dialogue {
  readonly rule: string;
  readonly source: string;
  readonly steps: readonly Step[];
}

const fill = (text: string, kept: ReadonlyMap<string, string>) =>
  text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => kept.get(name) ?? `{{${name}}}`);

const replay = async ({ steps }: Dialogue) => {
  const client = new ScimClient();
  const kept = new Map<string, string>([['tenantUrl', client.tenantUrl]]);
  for (const step of steps) {
    const { request, filter, headers, body, status, answer, absent, keepId } = JSON.parse(
      fill(JSON.stringify(step), kept),
    ) as Step;
    const [method = '', path = ''] = request.split(' ');
    const query =
      filter === undefined ? '' : `${path.includes('?') ? '&' : '?'}${new URLSearchParams({ filter })}`;
    const received = await client.send(method, path + query, { headers, body });
    expect({ request, status: received.status, body: received.body }).toMatchObject({
      request,
      status,
      ...(answer && { body: answer }),
    });
    for (const name of absent ?? []) expect(received.body).not.toHaveProperty([name]);
    if (keepId) kept.set(keepId, received.body.id);
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
