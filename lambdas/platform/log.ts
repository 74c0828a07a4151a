// Log lines: one JSON object each, without tokens and without personal values.

type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

export const logInfo = (message: string, fields: Fields): void => {
  console.info(JSON.stringify({ level: 'INFO', message, ...fields }));
};

/** An error's name and stack frames; its message is left out, because it may quote what a client sent. */
export const logError = (message: string, error: unknown, fields: Fields): void => {
  const { name, stack } = error instanceof Error ? error : { name: typeof error, stack: undefined };
  const frames = stack
    ?.split('\n')
    .filter((line) => line.startsWith('    at '))
    .join('\n');
  console.error(JSON.stringify({ level: 'ERROR', message, error: name, frames, ...fields }));
};
