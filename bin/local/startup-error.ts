// A problem that the user can fix (a port in use, Java missing): one sentence, not a stack trace.

/** Its message is printed as it is, and the run ends with exit code 1. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}
