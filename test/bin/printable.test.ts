import { expect, test } from '@jest/globals';
import { eventLine } from '../../bin/local/events/line.ts';
import { printable, printableJson, printableLines } from '../../bin/printable.ts';
import { fields, table } from '../../bin/scim/command/answer.ts';

const FORGED = ['\u001b[2K', '\r', '\n', '\u009b1A', '\u202e', '\u2028', '\u0007', '\u007f'];
const PLAIN = /^[^\p{Cc}\p{Bidi_Control}\u2028\u2029]*$/u;

test.each(FORGED)(
  '%j neither steers the terminal nor forges a line, wherever it is printed (S2.8)',
  (evil) => {
    expect(printable(`a${evil}b`)).toBe(
      `a${'\ufffd'.repeat([...evil.replace(/[[\w]/g, '')].length)}${evil.replace(/[^[\w]/g, '')}b`,
    );
    const name = `a${evil}event  tenant.deleted`;
    const line = eventLine({
      ...{ id: '1', time: '', bus: 'b', source: 's', detailType: 'user.updated' },
      detail: { tenant: 'acme', resource: { id: '7', userName: name }, changed: [name], reason: name },
    });
    expect(line).toMatch(PLAIN);
    expect(eventLine({ id: '1', time: '', bus: 'b', source: 's', detailType: name, detail: 1 })).toMatch(
      PLAIN,
    );
    expect(table([['NAME'], [name]]).split('\n')).toHaveLength(2);
    expect(fields([['Name', name]])).toMatch(PLAIN);
    for (const each of printableLines(name).split('\n')) expect(each).toMatch(PLAIN);
    const json = printableJson({ [name]: name });
    expect(json).toMatch(PLAIN);
    expect(JSON.parse(json)).toEqual({ [name]: name });
  },
);
