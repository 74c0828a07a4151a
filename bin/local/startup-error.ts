// What a person can repair (a port in use, a missing Java) is one sentence for them, not a stack trace.

/** Its message is shown as it is, and the run ends with exit code 1. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}
