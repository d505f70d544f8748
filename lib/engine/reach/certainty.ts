/** `certain` where every step is allowed for sure; `possible` where an unknown decides. */
export type Certainty = 'certain' | 'possible';
