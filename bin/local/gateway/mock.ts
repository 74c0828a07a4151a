// The MOCK integration: API Gateway answers with a response from the template.

import type { LocalMock } from '../stack/gateway.ts';
import type { HttpResponse } from './proxy-response.ts';
import { Refusal } from './refusal.ts';
import { acceptedMediaType, JSON_MEDIA_TYPE } from './response-template.ts';

/**
 * The response to a request with these headers. Its Content-Type, `application/json` by default, must be one that the mock has a
 * template for: passthrough NEVER refuses any other with 415. Only the media type counts, not what follows it
 * (API Gateway Developer Guide, "Select a VTL mapping template" and "Integration passthrough behaviors").
 */
export const answerMock = (
  { requestTypes, status, headers, templates }: LocalMock,
  contentType = JSON_MEDIA_TYPE,
  accept = '',
): HttpResponse => {
  const [mediaType = ''] = contentType.toLowerCase().split(';');
  if (!requestTypes.includes(mediaType.trim())) throw new Refusal('UNSUPPORTED_MEDIA_TYPE');
  const answered = acceptedMediaType(templates, accept);
  return {
    status,
    headers: { 'Content-Type': answered, ...headers },
    body: Buffer.from(templates[answered] ?? ''),
  };
};
