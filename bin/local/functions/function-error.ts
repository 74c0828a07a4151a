// A function threw, crashed or timed out; the message is what Lambda reports as `errorMessage`.

/** Thrown by an invocation that reached its function, as opposed to one of an unknown function. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
}

/** The caller stopped waiting before the function answered. */
export class FunctionTimeout extends FunctionError {}
