// A page that shows what Entra or the simulator just did to the local run: tenants, users, groups and the provisioning log as it
// grows. It needs no token, so it must be reachable from this machine only: the server listens on loopback, and the Host header
// is checked, so that a foreign page cannot reach it through a name of its own (DNS rebinding). Start here.

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { asTenantId } from '../../../lambdas/platform/tenant.ts';
import { rootPath } from '../../shared/root-path.ts';
import { requestUrl } from '../request-url.ts';
import type { ReadState } from './state.ts';

const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/** Answers `/` with the page and `/live` with its data; `otherwise` answers everything else. */
export const liveView = (readState: ReadState, otherwise: RequestListener): RequestListener => {
  const page = readFileSync(rootPath('bin/local/live-view/page.html'), 'utf8');
  return async (message, response) => {
    const { pathname, searchParams } = requestUrl(message.url);
    if (message.method !== 'GET' || (pathname !== '/' && pathname !== '/live')) {
      return otherwise(message, response);
    }
    if (!isFromHere(message)) return send(response, 403, 'text/plain', 'This page is for this machine only.');
    if (pathname === '/') return sendPage(response, page);
    try {
      const state = await readState(asTenantId(searchParams.get('tenant') ?? undefined));
      send(response, 200, 'application/json', JSON.stringify(state));
    } catch (error) {
      console.error('The live view failed:', error);
      send(response, 500, 'text/plain', 'The live view failed; see the output of the run.');
    }
  };
};

/** Checks the host, and where the browser says that the request comes from: `none` is the address bar. */
const isFromHere = ({ headers }: IncomingMessage): boolean =>
  LOOPBACK_HOST.test(headers.host ?? '') &&
  ['same-origin', 'none', undefined].includes(headers['sec-fetch-site'] as string | undefined);

const sendPage = (response: ServerResponse, page: string): void => {
  const nonce = randomBytes(16).toString('base64');
  response.setHeader(
    'Content-Security-Policy',
    `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; ` +
      "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  send(response, 200, 'text/html', page.replaceAll('{{nonce}}', nonce));
};

const send = (response: ServerResponse, status: number, type: string, body: string): void => {
  response.writeHead(status, {
    'Content-Type': `${type}; charset=utf-8`,
    'Cache-Control': 'no-store',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(body);
};
