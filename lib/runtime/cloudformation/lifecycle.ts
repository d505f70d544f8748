/** What CloudFormation sends to a custom resource, as far as it matters here. */
export interface LifecycleEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
}

/** What CloudFormation is told. */
export interface LifecycleAnswer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
}

/** CloudFormation waits for an answer at an address that it sends along. */
export async function send(address: string, answer: LifecycleAnswer): Promise<void> {
  const { ok, status } = await fetch(address, {
    method: 'PUT',
    // The address is signed without a content type.
    headers: { 'content-type': '' },
    body: JSON.stringify(answer),
    signal: AbortSignal.timeout(20_000),
  });
  if (!ok) throw new Error(`CloudFormation did not take the answer: ${status}`);
}
