// The scenarios of a recording: the simulator, every command with every option, valid and invalid, and requests that the
// simulator does not send.

import { setTimeout as delay } from 'node:timers/promises';
import type { Entry } from './entries.ts';
import { waitUntil } from './local-run.ts';
import { playRequests } from './requests.ts';
import type { Session } from './session.ts';

export type Scenario = (session: Session) => Promise<Entry[]>;

const EXTENSION = 'test/conformance/schemas/user-extension.json';
const PLAIN = 'test/recorder/schema.json';
const EXTENSION_URN = 'urn:ietf:params:scim:schemas:extension:Brack:2.0:User';
const OWN_TYPE = 'test/conformance/schemas/test-resource.json';
const OWN_TYPE_EXTENSION = 'test/conformance/schemas/test-extension.json';

const simulation: Scenario = async (session) => {
  await session.simulate('--users', '12', '--groups', '4', '--concurrency', '1');
  await session.scim('tenant list');
  await session.scim('tenant show acme');
  return session.close('simulate');
};

/** Creates the tenant of the following scenarios: its schemas and its webhook exist before its first request. */
const creation: Scenario = async ({ scim, once, useToken, receiver, close }) => {
  await once('tenant create globex --json');
  await once('tenant create globex --json');
  await once('tenant create initech');
  useToken('globex', String((await scim('token show globex')).token));
  for (const file of [EXTENSION, OWN_TYPE, OWN_TYPE_EXTENSION]) await scim(`schema add globex ${file}`);
  await once(`schema add globex ${PLAIN} --extends Group --json`);
  await once(`schema add globex ${PLAIN} --extends Nothing --json`);
  await once('schema add globex missing.json --json');
  await once('schema add globex README.md --json');
  await once('schema add globex package.json --json');
  await scim('schema list globex');
  await scim('schema list initech');
  await scim(`webhook set globex ${receiver.url('/take')}`);
  await scim('webhook show globex');
  return close('a tenant, its schemas, its webhook');
};

const requests: Scenario = async (session) => {
  await playRequests(session, 'globex');
  return session.close('requests by hand', 'globex');
};

const logs: Scenario = async ({ scim, once, http, close }) => {
  const { headers } = await http('globex', 'POST /Users', { nothing: 'here' });
  const requestId = headers.find(([name]) => /^x-request-id$/i.test(name))?.[1];
  await scim('log globex');
  await scim('log globex --limit 3');
  await scim('log globex --failed');
  await scim('log globex --failed --since 1h --limit 2');
  await scim('log globex --user bo@globex.example');
  await scim('log globex --user nobody');
  await once(`log globex --request ${requestId} --json`);
  await once('log globex --request nothing --json');
  await once('log globex --since 2999-01-01T00:00:00Z --json');
  await once('log globex --follow --limit 2 --json', { endAfterLines: 2 });
  await once('log globex --follow --limit 2', { endAfterLines: 3 });
  await once('log globex --since yesterday');
  await once('log globex --limit many');
  return close('the log');
};

const tokens: Scenario = async ({ scim, once, http, useToken, close }) => {
  await scim('token status globex');
  const { token } = await scim('token show globex');
  await once('token rotate globex --json');
  await once('token rotate globex --json');
  await once('token rotate globex --force --json');
  await once('token rotate globex --force');
  await scim('token show globex');
  await scim('token status globex');
  await http('globex', 'GET /Users?filter=userName eq "nobody"');
  await scim('tenant show globex');
  await scim('token retire globex');
  await once('token schedule globex --days 90 --json');
  // Secrets Manager's test of the rotation continues after the answer.
  await delay(1500);
  await scim('token status globex');
  await scim('token schedule globex --off');
  await once('token schedule globex --days 0 --json');
  for (const bad of ['', '--days 90 --off', '--days soon']) await once(`token schedule globex ${bad}`);
  await once('token revoke globex --json');
  await scim('token revoke globex --now');
  useToken('globex', String(token));
  await http('globex', 'GET /Users');
  for (const command of ['show', 'status', 'retire']) await scim(`token ${command} globex`);
  await once('token rotate globex --json');
  useToken('globex', String((await scim('token show globex')).token));
  return close('tokens', 'globex');
};

const webhooks: Scenario = async ({ scim, once, http, receiver, close }) => {
  await scim('webhook secret globex');
  await scim('webhook rotate globex');
  await once('webhook rotate globex --force --json');
  await once('webhook enable globex --json');
  await once(`webhook set globex ${receiver.url('/refuse')} --events user.created,user.deleted --json`);
  await scim('webhook show globex');
  await http('globex', 'POST /Users', { userName: 'refused@globex.example' });
  await waitUntil('the event is refused', () => receiver.posts.length > 0);
  await delay(1000);
  await scim('webhook show globex');
  await scim('webhook enable globex');
  await once('webhook set globex http://example.com/hook --json');
  await once('webhook set globex nonsense --json');
  await once(`webhook set globex ${receiver.url('/take')} --events user.renamed --json`);
  await scim('webhook delete globex --yes');
  for (const command of ['show', 'secret', 'rotate', 'enable']) await scim(`webhook ${command} globex`);
  return close('webhooks');
};

const operations: Scenario = async ({ scim, once, http, useToken, close }) => {
  await scim('resync globex');
  await scim('redrive');
  for (const options of ['--since 2h', '--since 2h --rule Product', '', '--since 2h --until 3h']) {
    await once(`replay ${options} --json`);
  }
  await once('replay --since never');
  for (const command of ['throttle globex', 'throttle --all']) await scim(`tenant ${command}`);
  for (const command of ['pause', 'resume', 'throttle']) await once(`tenant ${command} --json`);
  for (const command of ['pause', 'resume', 'throttle']) await once(`tenant ${command} globex --all --json`);
  // Paused before its first request, because functions cache settings for a minute.
  useToken('initech', String((await scim('token show initech')).token));
  await scim('tenant pause initech');
  await http('initech', 'GET /Users');
  await scim('tenant show initech');
  await scim('tenant list');
  await scim('tenant resume initech');
  await scim('tenant pause --all');
  await scim('tenant list');
  await once('tenant resume --all --json');
  await once('tenant resume --all --json');
  return close('operations');
};

const endings: Scenario = async ({ scim, once, http, close }) => {
  await scim(`schema remove globex ${EXTENSION_URN} --yes`);
  await scim('schema list globex');
  await once('tenant delete globex --json');
  await once('tenant delete globex --yes --json');
  await once('tenant delete globex --yes --json');
  await http('globex', 'GET /Users');
  await once('tenant delete initech --yes');
  await scim('tenant list');
  return close('the end of a tenant');
};

/** Every command that works on a tenant, whose id replaces `{}`. */
const OF_A_TENANT = [
  ...['show {}', 'delete {} --yes', 'pause {}', 'resume {}', 'throttle {}'].map((rest) => `tenant ${rest}`),
  ...['show {}', 'rotate {}', 'rotate {} --force', 'retire {}', 'status {}'].map((rest) => `token ${rest}`),
  ...['revoke {} --now', 'schedule {} --off', 'schedule {} --days 5'].map((rest) => `token ${rest}`),
  ...['schema list {}', 'schema remove {} urn:nothing --yes', 'log {}', 'resync {}'],
  ...['show {}', 'secret {}', 'rotate {}', 'enable {}', 'delete {} --yes'].map((rest) => `webhook ${rest}`),
];

const wrongUsage: Scenario = async ({ once, close }) => {
  for (const command of OF_A_TENANT) {
    await once(`${command.replace('{}', 'nobody')} --json`);
    await once(command.replace('{}', ''));
  }
  await once(`schema add nobody ${EXTENSION} --json`);
  await once('webhook set nobody http://127.0.0.1:9/ --json');
  for (const line of [
    '',
    'nonsense',
    'tenant',
    'tenant nonsense',
    'tenant create',
    'schema add acme',
    'webhook set acme',
  ]) {
    await once(line);
  }
  for (const id of ['x', 'Upper', 'with_underscore']) await once(`tenant create ${id} --json`);
  for (const line of ['tenant list --nonsense', 'tenant show acme too-much', 'token show x --json'])
    await once(line);
  for (const where of ['--port 0', '--port 1', '--stack Scim --local', '--stack Scim']) {
    await once(`tenant list --json ${where}`, { anywhere: true });
  }
  return close('wrong usage');
};

export const scenarios: readonly Scenario[] = [
  simulation,
  creation,
  requests,
  logs,
  tokens,
  webhooks,
  operations,
  endings,
  wrongUsage,
];
