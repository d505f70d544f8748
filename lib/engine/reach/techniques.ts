import type { Technique } from './technique';
import { ASSUME } from './techniques/assume';
import { BOUNDED } from './techniques/bounded';
import { EXISTING_COMPUTE } from './techniques/existing-compute';
import { GUARDS } from './techniques/guards';
import { IDENTITIES } from './techniques/identities';
import { NEW_COMPUTE } from './techniques/new-compute';
import { NEW_JOBS } from './techniques/new-jobs';
import { RESOURCE_POLICIES } from './techniques/resource-policies';
import { RESOURCES } from './techniques/resources';
import { TAGS } from './techniques/tags';

/**
 * Known ways by which one principal becomes another or widens itself, by the permissions that they need. Facts from
 * public catalogues: see NOTICE. Combinations are not listed: they follow from these.
 */
export const TECHNIQUES: readonly Technique[] = [
  ...ASSUME,
  ...IDENTITIES,
  ...GUARDS,
  ...BOUNDED,
  ...EXISTING_COMPUTE,
  ...NEW_COMPUTE,
  ...NEW_JOBS,
  ...RESOURCE_POLICIES,
  ...RESOURCES,
  ...TAGS,
];
