// A function that threw, crashed or ran out of time; the message is what Lambda reports as `errorMessage`.

export class FunctionError extends Error {
  override readonly name = 'FunctionError';
}

/** No answer within the time that the caller waits. */
export class FunctionTimeout extends FunctionError {}
