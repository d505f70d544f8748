/** A request that goes no further, with the status and the code that AWS would give, or that say why nobody knows. */
export class Refusal extends Error {
  public override readonly name = 'Refusal';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** What the guard does not model is not let through. */
export function undecided(what: string): Refusal {
  return new Refusal(
    403,
    'NotDecidedByLocalGuard',
    `the local guard cannot decide ${what}, and lets nothing pass that it cannot decide`,
  );
}

export function accessDenied(who: string, action: string, resource: string, why: string): Refusal {
  return new Refusal(
    403,
    'AccessDeniedException',
    `User: ${who} is not authorized to perform: ${action} on resource: ${resource} (${why}; decided by the local guard, not by AWS)`,
  );
}
