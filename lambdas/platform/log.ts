// Log lines: one JSON object each, without tokens and without personal values. Lambda puts what the console is given into a
// JSON object of its own, under `message`: an object stays one there, text would be encoded twice.

type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** What is logged; anywhere but in Lambda the console prints it as one line of JSON. */
export class LogLine {
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
  const { name, stack } = error instanceof Error ? error : { name: typeof error, stack: undefined };
  const frames = stack
    ?.split('\n')
    .filter((line) => line.startsWith('    at '))
    .join('\n');
  console.error(new LogLine('ERROR', message, { error: name, frames, ...fields }));
};
