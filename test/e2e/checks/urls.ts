// Every form in which a Tenant URL reaches the API, and what is said where nothing is.

import type { Target, TestTenant } from '../target.ts';
import type { Check } from './check.ts';
import { answeredWith, bearer, refusedWith } from './http.ts';

/** `https://…/scim/acme/v2` → `https://…/scim`. */
const baseOf = ({ tenantUrl, tenant }: TestTenant): string => tenantUrl.slice(0, -`/${tenant}/v2`.length);

const slashes: Check = {
  name: 'trailing and doubled slashes, lower case',
  see: async (_: Target, tenant) => {
    const forms = ['/Users/', '//Users', '/users', '//users', '//Schemas', '//ServiceProviderConfig'];
    for (const form of forms) {
      await answeredWith(200, `${tenant.tenantUrl}${form}?count=1`, { headers: bearer(tenant.token) });
    }
    return forms.join(' ');
  },
};

const withoutTenant: Check = {
  name: 'the URL without a tenant',
  see: async (_: Target, tenant) => {
    const base = `${baseOf(tenant)}/v2`;
    const answer = await answeredWith(200, `${base}/ResourceTypes/User`, { headers: bearer(tenant.token) });
    const { meta } = (await answer.json()) as { meta: { location: string } };
    const { pathname } = new URL(`${base}/ResourceTypes/User`);
    if (!meta.location.endsWith(pathname) || meta.location.includes(`/${tenant.tenant}/`))
      throw new Error(`The location should have the form that was asked: ${meta.location}`);
    await refusedWith(401, `${base}/Users`);
    return 'served, and refused without a token';
  },
};

const nothingThere: Check = {
  name: 'a path without a resource',
  see: async (_: Target, tenant) => {
    const base = baseOf(tenant);
    const headers = bearer(tenant.token);
    for (const path of ['/', '/nowhere', '/nowhere/else', `/${tenant.tenant}/v2`, '/v2']) {
      await refusedWith(404, `${base}${path}`);
      await refusedWith(404, `${base}${path}`, { headers });
      for (const type of ['application/json', 'application/scim+json']) {
        const typed = { ...headers, 'Content-Type': type };
        await refusedWith(404, `${base}${path}`, { method: 'POST', headers: typed, body: '{}' });
      }
    }
    return '404 on five levels, with and without a token, as JSON and SCIM';
  },
};

const refusals: Check = {
  name: 'answers of the gateway itself',
  see: async (_: Target, tenant) => {
    const users = `${tenant.tenantUrl}/Users`;
    await refusedWith(401, users);
    await refusedWith(401, users, { headers: bearer('no-token') });
    await refusedWith(401, users, { headers: bearer(`${tenant.token.slice(0, -1)}!`) });
    // Of the right form, with a MAC that is not ours.
    const forged = `${tenant.token.slice(0, -6)}${tenant.token.endsWith('A') ? 'BBBBBB' : 'AAAAAA'}`;
    await refusedWith(401, users, { headers: bearer(forged) });
    const others = `${baseOf(tenant)}/somebody-else/v2/Users`;
    await refusedWith(403, others, { headers: bearer(tenant.token) });
    return '401 and 403, as SCIM errors';
  },
};

const otherHost: Check = {
  name: "another tenant's host below a wildcard",
  onlyOnAws: 'MiniStack has no domains',
  see: async ({ stack }, tenant) => {
    if (!stack.BaseUrl.includes('{tenant}')) return 'no wildcard domain here';
    const url = tenant.tenantUrl.replace(`//${tenant.tenant}.`, '//somebody-else.');
    await refusedWith(404, `${url}/Users`, { headers: bearer(tenant.token) });
    return '404';
  },
};

export const urlChecks: readonly Check[] = [slashes, withoutTenant, nothingThere, refusals, otherHost];
