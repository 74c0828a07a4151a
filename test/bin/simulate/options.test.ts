import { describe, expect, test } from '@jest/globals';
import { CannotSimulate, parseOptions } from '../../../bin/simulate/options.ts';

const URL_AND_TOKEN = ['--url', 'http://127.0.0.1:3000/scim/acme/v2', '--token', 't'];

test('without arguments both dialects run against whatever local server there is (S4.1)', () => {
  expect(parseOptions([], {})).toEqual({
    target: { port: undefined },
    users: 500,
    groups: 20,
    dialects: ['legacy', 'standard'],
    concurrency: 8,
  });
});

test('the token may come from the environment, where no process list shows it', () => {
  const options = parseOptions(URL_AND_TOKEN.slice(0, 2), { SCIM_TOKEN: 'secret' });
  expect(options?.target).toEqual({ url: URL_AND_TOKEN[1], token: 'secret' });
});

test('a port means a local server of its own (S4.1)', () => {
  expect(parseOptions(['--port', '0'], {})?.target).toEqual({ port: 0 });
});

test('--help asks for nothing to be done', () => {
  expect(parseOptions(['--help'], {})).toBeUndefined();
});

describe('wrong usage is refused with the option that is wrong', () => {
  test.each([
    ['an unknown option', ['--colour'], /--colour/],
    ['a URL without a token', URL_AND_TOKEN.slice(0, 2), /--token/],
    ['a token without a URL', URL_AND_TOKEN.slice(2), /--url/],
    ['a URL that is none', ['--url', 'acme', '--token', 't'], /--url/],
    ['a port for a server that is not ours', [...URL_AND_TOKEN, '--port', '1'], /--port/],
    ['a number that is none', ['--users', 'many'], /--users/],
    ['nobody to do the work', ['--concurrency', '0'], /--concurrency/],
    ['an unknown dialect', ['--dialect', 'scottish'], /--dialect/],
  ])('%s', (_, args, sentence) => {
    expect(() => parseOptions(args, {})).toThrow(CannotSimulate);
    expect(() => parseOptions(args, {})).toThrow(sentence);
  });
});
