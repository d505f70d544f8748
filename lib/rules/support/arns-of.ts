import type { PolicyText } from '../../model/policy';
import { alternatives } from '../../model/read';
import type { Resource } from '../../model/snapshot';
import { isText } from '../../model/value';

/** The ARNs that a resource can have, as far as they are texts. */
export function arnsOf({ arn }: Resource): readonly PolicyText[] {
  return alternatives(arn).filter((each): each is PolicyText => typeof each === 'string' || isText(each));
}
