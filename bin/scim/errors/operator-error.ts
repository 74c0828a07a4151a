// Errors that an operator can fix: one sentence, without a stack trace.

/** Its message is printed as it is, and the command ends with exit code 1. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
}

/** A command line that is contradictory or incomplete: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
