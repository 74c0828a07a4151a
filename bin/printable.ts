// Names, values and answers come from outside: printed as they are, they could steer the terminal or forge lines of output.

/** Whatever moves the cursor, breaks the line or turns the direction of the text. */
const STEERING = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** A text for one line, with U+FFFD for each character that would steer the terminal. */
export const printable = (text: string): string => text.replace(STEERING, '\uFFFD');

/** The same for a text whose line breaks are ours. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');

/** What JSON.stringify leaves as it is, although a terminal obeys it. */
const UNESCAPED = /[\u007F-\u009F\p{Bidi_Control}\u2028\u2029]/gu;

/** JSON in one line, in which characters that would steer the terminal are escaped; it parses to the same value. */
export const printableJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    UNESCAPED,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
