// scim tenant pause, resume and throttle, and what tenant list shows of tokens.

// One test pauses the whole deployment.
import '../../../support/own-table.ts';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createTable } from '../../../../bin/local/table/create-table.ts';
import { throttleKey } from '../../../../lambdas/credentials/throttle-key.ts';
import { recordUse } from '../../../../lambdas/tenants/activity-table.ts';
import { freshTenantId, tenantId } from '../../../setup/fresh-tenant.ts';
import { tableDefinition } from '../../../setup/table-definition.ts';
import { ownTableName } from '../../../support/own-table.ts';
import { ScimClient } from '../../../support/scim-client.ts';
import { playGateway } from '../gateway.ts';
import { create, json, scim, TOKEN } from '../stack-scim.ts';
import { scim as run } from '../terminal.ts';

const { keys } = playGateway();
beforeAll(() => createTable(process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '', ownTableName, tableDefinition));

describe('tenant pause and resume', () => {
  test('close and open the tenant, and say when that takes effect', async () => {
    const { id } = await create();
    const client = await ScimClient.of(id);
    const { stdout } = await scim(`tenant pause ${id}`);
    expect(stdout).toContain('Within a minute');
    expect(stdout).toContain(`\`npm run scim -- tenant resume ${id}\``);
    expect((await client.get('/Users')).status).toBe(403);
    expect((await scim('tenant list')).stdout).toMatch(new RegExp(`^${id} .* paused since `, 'm'));
    expect((await scim(`tenant show ${id}`)).stdout).toMatch(/Paused +since /);
    expect(await json(`tenant resume ${id}`)).toEqual({ tenant: id, paused: false, wasPaused: true });
    expect((await client.get('/Users')).status).toBe(200);
    expect((await scim(`tenant resume ${id}`)).stdout).toContain('Nothing to do');
  });

  test.each(['tenant pause', 'tenant pause acme --all', 'tenant resume', 'tenant throttle'])(
    '%s makes no sense: one tenant, or all',
    async (line) => {
      const { exitCode, stderr } = await scim(line);
      expect(exitCode).toBe(2);
      expect(stderr).toContain('Name one tenant, or pass --all');
    },
  );
});

describe('tenant list', () => {
  test('keeps its columns, whatever is paused (S4.2)', async () => {
    const [one, other] = [await create(), await create()];
    await json(`tenant pause ${one.id}`);
    const rowsOf = async () => {
      const [header = '', ...rows] = (await scim('tenant list')).stdout.split('\n');
      const ours = rows.filter((row) => row.startsWith(one.id) || row.startsWith(other.id));
      for (const row of ours) expect(row.indexOf('https://')).toBe(header.indexOf('TENANT URL'));
      return ours.map((row) => row.slice(header.indexOf('STATE')));
    };
    expect((await rowsOf()).sort()).toEqual(['open', expect.stringMatching(/^paused since .* UTC$/)]);
    await json('tenant pause --all');
    try {
      expect((await rowsOf()).sort()).toEqual(['deployment paused', expect.stringMatching(/^paused since /)]);
      expect((await scim(`tenant show ${other.id}`)).stdout).toMatch(/State +deployment paused/);
      const listed = (await json('tenant list')) as { tenant: string }[];
      expect(listed.find(({ tenant }) => tenant === other.id)).toMatchObject({
        state: 'deployment paused',
        pausedSince: null,
        deploymentPausedSince: expect.stringMatching(/Z$/),
      });
    } finally {
      await json('tenant resume --all');
    }
  });

  test('shows the last request and how long the previous token is accepted, and no token', async () => {
    const { id } = await create();
    const { incarnation } = await ScimClient.of(id);
    // A request records its use within 250 ms or leaves it to the next one.
    await recordUse(incarnation, 'key', Date.now(), { intervalMs: 0, timeoutMs: 20_000 });
    await json(`token rotate ${id}`);
    const { stdout } = await scim('tenant list');
    expect(stdout).toMatch(
      new RegExp(`^${id} +0 +0 +\\d{4}-.* UTC +0 days old, previous until \\d{4}-\\d\\d-\\d\\d `, 'm'),
    );
    expect(stdout).not.toMatch(TOKEN);
  });
});

describe('throttling keys', () => {
  const keyOf = (id: string) => throttleKey('scim', tenantId(id));
  const plansOf = (id: string) => keys.plansOf(keyOf(id).value);

  test('come and go with the tenant', async () => {
    const { id } = await create();
    expect(plansOf(id)).toEqual(['plan']);
    await json(`tenant delete ${id} --yes`);
    expect(keys.list(keyOf(id).name)).toEqual([]);
  });

  test('are made where they are missing, also where only the plan does not have it', async () => {
    const [gone, loose] = [await create(), await create()];
    const idOf = ({ id }: { id: string }) => keys.list(keyOf(id).name)[0]?.id ?? '';
    keys.remove(idOf(gone));
    keys.remove(idOf(loose));
    keys.create(keyOf(loose.id).name, keyOf(loose.id).value);
    expect(await json(`tenant throttle ${gone.id}`)).toEqual({ made: [gone.id] });
    expect(await json(`tenant throttle ${loose.id}`)).toEqual({ made: [loose.id] });
    expect(await json(`tenant throttle ${loose.id}`)).toEqual({ made: [] });
    expect([...plansOf(gone.id), ...plansOf(loose.id)]).toEqual(['plan', 'plan']);
  });

  test('are not made where nobody is throttled', async () => {
    const id = freshTenantId();
    expect((await run(`--stack Unthrottled tenant create ${id}`)).exitCode).toBe(0);
    expect(keys.list(keyOf(id).name)).toEqual([]);
    expect((await run(`--stack Unthrottled tenant throttle ${id}`)).stderr).toContain(
      'No tenant is throttled',
    );
  });
});
