// Errors keep their text and the client's values apart: the client sees both, the log only the text.

import { describe, expect, test } from '@jest/globals';
import {
  invalidValue,
  loggable,
  loggedAs,
  notFound,
  phrase,
  ScimError,
  tooManyRequests,
  unavailable,
  uniqueness,
} from '../../../lambdas/scim/errors/errors.ts';

const bothOf = ({ message, loggable }: ScimError) => ({ message, loggable });

describe('what is put into a sentence', () => {
  test('is a value, shown to the client and not in the log', () => {
    const refusal = invalidValue('unknownMember')`members: there is nobody with id ${'alice@veldt.example'}.`;
    expect(bothOf(refusal)).toEqual({
      message: 'members: there is nobody with id alice@veldt.example.',
      loggable: 'members: there is nobody with id ….',
    });
  });

  test('is in the log when it is a number or a word of our own', () => {
    const refusal = invalidValue('valueTooLong')`${loggable('userName')} is longer than ${800} bytes.`;
    expect(bothOf(refusal)).toEqual({
      message: 'userName is longer than 800 bytes.',
      loggable: 'userName is longer than 800 bytes.',
    });
  });

  test('is in the log in other words where there are some', () => {
    const path = loggedAs('Emails[value eq "alice@veldt.example"].Value', 'emails[…].value');
    const refusal = invalidValue('wrongType')`${path} must be text.`;
    expect(bothOf(refusal)).toEqual({
      message: 'Emails[value eq "alice@veldt.example"].Value must be text.',
      loggable: 'emails[…].value must be text.',
    });
  });

  test('keeps its words and values apart when it is a phrase or another refusal', () => {
    const inner = invalidValue('wrongType')`${phrase`${loggable('name')}.${'Alice'}`} must be text.`;
    expect(bothOf(notFound('noSuchPath')`Nothing: ${inner}`)).toEqual({
      message: 'Nothing: name.Alice must be text.',
      loggable: 'Nothing: name.… must be text.',
    });
  });
});

describe('a refusal', () => {
  const refusal = uniqueness('valueTaken')`Another has ${'alice'}.`;

  test('has its code, status and scimType', () => {
    expect(refusal).toMatchObject({ code: 'valueTaken', status: 409, scimType: 'uniqueness' });
  });

  test('is told without its code and with its value', () => {
    expect(JSON.stringify(refusal)).toBe(
      '{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"409","scimType":"uniqueness","detail":"Another has alice."}',
    );
    expect(JSON.stringify(notFound('noSuchPath')`Nothing.`.ofRequest('7d42'))).toBe(
      '{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"404","detail":"Nothing. Request id: 7d42"}',
    );
  });

  test('is the same of a request, with its id', () => {
    const busy = unavailable('tableBusy', 30)`Busy because of ${'alice'}.`;
    const { stack: _, ...told } = busy.ofRequest('7d42');
    expect({ ...told, ...bothOf(busy.ofRequest('7d42')) }).toEqual({
      ...busy,
      ...bothOf(busy),
      requestId: '7d42',
    });
    expect(busy.ofRequest('7d42')).toBeInstanceOf(ScimError);
  });
});

describe('how long to wait', () => {
  test('is five seconds unless said otherwise, where a repetition helps', () => {
    expect(unavailable('tableBusy')`Busy.`).toMatchObject({ status: 503, retryAfterSeconds: 5 });
    expect(unavailable('tableBusy', 30)`Busy.`).toMatchObject({ retryAfterSeconds: 30 });
    expect(tooManyRequests('tooMuchAtOnce')`Wait.`).toMatchObject({
      status: 429,
      scimType: undefined,
      retryAfterSeconds: 5,
    });
    expect(tooManyRequests('tooMuchAtOnce', 60)`Wait.`).toMatchObject({ retryAfterSeconds: 60 });
  });

  test('is said of nothing else', () => {
    expect(notFound('noSuchPath')`Nothing.`.retryAfterSeconds).toBeUndefined();
  });
});
