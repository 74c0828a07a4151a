// The page of a local run that shows what happens, in a real browser.

import { existsSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { killLocalProcesses, type LocalProcess, startLocalProcess } from '../local-process.ts';

const CHROMIUM = '/usr/bin/chromium';
/** Where there is no Chromium, Jest says "skipped" of each. */
const inBrowser = existsSync(CHROMIUM) ? describe : describe.skip;

const SLOW_MS = 20_000;
jest.setTimeout(120_000);

let local: LocalProcess;
beforeAll(async () => {
  local = await startLocalProcess();
});
afterAll(async () => {
  await local.end('SIGTERM');
  killLocalProcesses();
});

const send = (method: string, path: string, body?: unknown) =>
  local.call(path, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });

const createUser = async (userName: string): Promise<{ id: string }> =>
  (await send('POST', '/Users', { userName, displayName: 'Somebody' })).json() as Promise<{ id: string }>;

const ask = (path: string, headers: Record<string, string>) =>
  new Promise<number | undefined>((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port: local.run.port, path, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end();
  });

describe('the live view answers', () => {
  test.each(['/', '/live', '/live?tenant=acme', '/live?tenant=../x'])('%s on this machine', async (path) => {
    const host = `127.0.0.1:${local.run.port}`;
    expect(await ask(path, { host })).toBe(200);
    expect(await ask(path, { host: host.replace('127.0.0.1', 'localhost') })).toBe(200);
  });

  test.each<[what: string, headers: Record<string, string>]>([
    ['another name for this address', { host: 'rebound.example' }],
    ['a name that begins like this machine', { host: '127.0.0.1.rebound.example' }],
    ['a page from elsewhere', { 'sec-fetch-site': 'cross-site' }],
    ['another port of this machine', { 'sec-fetch-site': 'same-site' }],
  ])('nobody who comes by %s', async (_, headers) => {
    for (const path of ['/', '/live']) {
      expect(await ask(path, { host: `127.0.0.1:${local.run.port}`, ...headers })).toBe(403);
    }
  });

  test('nothing but these two paths', async () => {
    const host = `127.0.0.1:${local.run.port}`;
    expect(await ask('/live/', { host })).toBe(403);
    expect(await ask('/other', { host })).toBe(403);
  });

  test('without any token', async () => {
    for (const path of ['/', '/live?tenant=acme']) {
      const answer = await fetch(`http://127.0.0.1:${local.run.port}${path}`);
      expect(await answer.text()).not.toContain('scim1.');
    }
  });
});

inBrowser('the live view in Chromium', () => {
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    page = await browser.newPage();
    page.on('pageerror', ({ message }) => problems.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    await page.goto(`http://127.0.0.1:${local.run.port}/`);
  });
  afterAll(() => browser?.close());

  /** Waits for a row of a table in which all of `texts` stand. */
  const expectRow = async (table: string, ...texts: string[]) => {
    let rows = page.locator(`#${table} tbody tr`);
    for (const hasText of texts) rows = rows.filter({ hasText });
    await rows.first().waitFor({ timeout: SLOW_MS });
    return rows.first();
  };

  test('shows a user, a change, a refusal and a membership as they happen', async () => {
    const { id } = await createUser('alice@veldt.example');
    await expectRow('users', 'alice@veldt.example', 'Somebody');
    await expectRow('log', 'create', '201', 'User alice@veldt.example');
    await page
      .locator('#tenants button', { hasText: 'acme: 1 user, 0 groups' })
      .waitFor({ timeout: SLOW_MS });

    await send('PATCH', `/Users/${id}`, {
      Operations: [{ op: 'replace', path: 'active', value: false }],
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    });
    await expectRow('log', 'patch', '200', 'active');
    await page.locator('#users td.off').waitFor({ timeout: SLOW_MS });

    const refused = await send('POST', '/Users', { userName: 'alice@veldt.example' });
    const row = await expectRow('log', '409 uniqueness', 'it must be unique');
    expect(await row.getAttribute('title')).toBe(`Request ${refused.headers.get('x-request-id')}`);

    await send('POST', '/Groups', { displayName: 'Polder', members: [{ value: id }] });
    await expectRow('groups', 'Polder', '1');
    await expectRow('log', 'Group polder', '+1 member');
  });

  test('takes a name for text, whatever it looks like', async () => {
    const name = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    await createUser(name);
    await expectRow('users', name);
    await expectRow('log', name);
    expect(await page.title()).toBe('SCIM, live');
    expect(await page.locator('td img, td script').count()).toBe(0);
  });

  test('shows the tenant that is chosen', async () => {
    await page.getByRole('button', { name: /^acme:/ }).click();
    await page.locator('#tenants [aria-pressed="true"]', { hasText: 'acme' }).waitFor({ timeout: SLOW_MS });
  });

  test('has no error in its console', () => {
    expect(problems).toEqual([]);
  });
});
