// Log lines: one JSON object each, without tokens and without personal values. Lambda puts what the console is given into a
// JSON object of its own, under `message`: an object stays one there, text would be encoded twice.

type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** What is logged; anywhere but in Lambda the console prints it as one line of JSON. */
class LogLine {
  constructor(level: 'INFO' | 'ERROR', message: string, fields: Fields) {
    Object.assign(this, { level, message, ...fields });
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return JSON.stringify(this);
  }
}

export const logInfo = (message: string, fields: Fields): void => {
  console.info(new LogLine('INFO', message, fields));
};

/** An error's name and stack frames; its message is left out, because it may quote what a client sent. */
export const logError = (message: string, error: unknown, fields: Fields): void => {
  const {
    name,
    message: text,
    stack = '',
  } = error instanceof Error ? error : { name: typeof error, message: '' };
  // A message may have lines like those of frames, and may have been changed since the stack was made with it.
  const start = text && stack.includes(text) ? stack.indexOf(text) + text.length : 0;
  const frames = stack
    .slice(start)
    .match(/(?:^ {4}at .*:\d+:\d+\)?$|^ {4}at .* \(<anonymous>\)$)/gm)
    ?.join('\n');
  console.error(new LogLine('ERROR', message, { error: name, frames, ...fields }));
};
