import {
  AttuneError,
  ConflictError,
  ExpressionError,
  InvalidStateError,
  MissingReferenceError,
  NotFoundError,
  PayloadTooLargeError,
  PermissionDeniedError,
  RateLimitedError,
  TransientError,
  UnauthenticatedError,
  ValidationError,
  errorMessage,
} from './errors.js';

describe('errors', () => {
  it.each([
    [new ValidationError('x'), 'VALIDATION_ERROR'],
    [new NotFoundError('rule', 'ref', 'a.b'), 'NOT_FOUND'],
    [new ConflictError('rule', 'ref', 'a.b'), 'CONFLICT'],
    [new MissingReferenceError('rule', 'action_ref', 'a.b'), 'MISSING_REFERENCE'],
    [new InvalidStateError('x'), 'INVALID_STATE'],
    [new PermissionDeniedError('x'), 'FORBIDDEN'],
    [new UnauthenticatedError('x'), 'UNAUTHENTICATED'],
    [new TransientError('x'), 'TRANSIENT'],
    [new ExpressionError('x'), 'EXPRESSION_ERROR'],
    [new PayloadTooLargeError('x'), 'PAYLOAD_TOO_LARGE'],
    [new RateLimitedError('x'), 'RATE_LIMITED'],
  ])('%s carries the stable code %s', (error, code) => {
    expect(error).toBeInstanceOf(AttuneError);
    expect(error.code).toBe(code);
    expect(error.name).toBe(error.constructor.name);
  });

  it('names entity, field and value, as text and as data', () => {
    const error = new NotFoundError('rule', 'ref', 'ops.page');

    expect(error.message).toBe("rule with ref 'ops.page' does not exist");
    expect(error).toMatchObject({ entity: 'rule', field: 'ref', value: 'ops.page' });
  });

  it('writes numbers without quotes', () => {
    expect(new ConflictError('execution', 'id', 17).message).toBe('execution with id 17 already exists');
  });

  it('keeps details and cause', () => {
    const cause = new Error('below');
    const error = new ValidationError('no', { details: [{ path: 'a', message: 'b' }], cause });

    expect(error.details).toEqual([{ path: 'a', message: 'b' }]);
    expect(error.cause).toBe(cause);
    expect('cause' in new ValidationError('no')).toBe(false);
  });

  it('tells the text of anything thrown', () => {
    expect(errorMessage(new Error('a'))).toBe('a');
    expect(errorMessage('b')).toBe('b');
  });
});
