import type { Decision } from '../decide/decision';
import { decidingStatement } from '../answers/named';

/** Stands for every duty: an administrator's. */
export const EVERY_DUTY = '*';

/** A duty that a principal has by its own permissions. */
export interface Holding {
  /** Its id, or `EVERY_DUTY`. */
  readonly duty: string;
  /** Over what: the key of a resource, or else the name of a template; empty where no template has it. */
  readonly over: string;
  /** The name of the template that the resource is in. */
  readonly template?: string;
  readonly certainty: 'certain' | 'possible';
  /** Where `possible`: what is not known, in the user's words. */
  readonly unknowns: readonly string[];
  /** By which permission, in a sentence. */
  readonly because: string;
  /** Whether the principal needs it to rotate that secret. Nobody else who gets hold of the principal does. */
  readonly ofRotation?: boolean;
  /** Whether it is about the objects of a bucket in which pipelines keep their artifacts, and nothing else. */
  readonly ofArtifacts?: boolean;
}

/** `may \`sqs:PurgeQueue\` on Orders/Queue, by the identity policy at Orders/Policy`. */
export function sentence(action: string, on: string, { allows }: Decision): string {
  const places = allows.map((each) => {
    const { layer, policy, index, sid } = decidingStatement(each);
    return `${layer} policy at ${policy} (${sid ?? `statement ${index}`})`;
  });
  const by = [...new Set(places)].join(' and ');
  return `may \`${action}\` on ${on}${by === '' ? '' : `, by the ${by}`}`;
}
