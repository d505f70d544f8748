import type { PolicyText } from '../../model/policy';
import { ABSENT, unknown } from '../../model/value';
import type { Unknown } from '../../model/value';
import type { Context } from '../decide/decision';
import type { SourcedPolicy } from '../world/world';
import { BOUNDARY_KEY } from './boundaries';
import type { Target } from './target';

/** The boundary that a principal has is a condition key of the calls that change it. */
export function ofPrincipal(action: string, { principals, resource }: Target): Context {
  if (!action.startsWith('iam:') || principals.length !== 1 || resource?.key !== principals[0].key) return {};
  const { boundary } = principals[0];
  if (boundary === undefined) return { [BOUNDARY_KEY]: ABSENT };
  const arn = boundary.resource?.type === 'AWS::IAM::ManagedPolicy' ? boundary.resource.arn : boundary.place;
  return typeof arn === 'string' && !arn.startsWith('arn:')
    ? {}
    : { [BOUNDARY_KEY]: (arn ?? unknownBoundary(boundary)) as PolicyText };
}

function unknownBoundary({ place }: SourcedPolicy): Unknown {
  return unknown('attribute', `the ARN of the boundary in ${place}`);
}

/** Whether a managed policy denies something, as far as it can be read. */
export function mayDeny({ document, resource, place }: SourcedPolicy): boolean {
  const isManaged = resource?.type === 'AWS::IAM::ManagedPolicy' || place.startsWith('arn:');
  return isManaged && (document.unknowns.length > 0 || document.statements.some(({ effect }) => effect === 'Deny'));
}

export function arnOfManaged({ resource, place }: SourcedPolicy): PolicyText {
  if (resource?.type !== 'AWS::IAM::ManagedPolicy') return place;
  return (resource.arn ?? unknown('attribute', `the ARN of ${resource.logicalId}`)) as PolicyText;
}
