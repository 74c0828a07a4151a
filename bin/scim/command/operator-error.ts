// What an operator can put right is told in one sentence, without a stack trace.

/** Its message is shown as it is, and the command ends with exit code 1. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
}

/** A command line that says two things at once, or too little: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
