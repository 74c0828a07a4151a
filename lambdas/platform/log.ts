// Log lines: one JSON object each, without tokens and personal data. Lambda wraps what is logged in a JSON object of its
// own, under `message`: an object is nested there, a string would be encoded twice.

type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** An object for Lambda; elsewhere the console prints it as one line of JSON. */
class LogLine {
  constructor(level: 'INFO' | 'ERROR', message: string, fields: Fields) {
    Object.assign(this, { level, message, ...fields });
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return JSON.stringify(this);
  }
}

/** Logs a message with `fields`. */
export const logInfo = (message: string, fields: Fields): void => {
  console.info(new LogLine('INFO', message, fields));
};

/** Logs the error's name and stack frames, without its message, which may quote client data. */
export const logError = (message: string, error: unknown, fields: Fields): void => {
  const {
    name,
    message: text,
    stack = '',
  } = error instanceof Error ? error : { name: typeof error, message: '' };
  // The message may contain lines that look like frames, and may have changed since the stack was captured.
  const start = text && stack.includes(text) ? stack.indexOf(text) + text.length : 0;
  const frames = stack
    .slice(start)
    .match(/(?:^ {4}at .*:\d+:\d+\)?$|^ {4}at .* \(<anonymous>\)$)/gm)
    ?.join('\n');
  console.error(new LogLine('ERROR', message, { error: name, frames, ...fields }));
};
