/** Known techniques that are not looked for, by their id in public catalogues, and why. */
export const NOT_IN_TEMPLATES: Readonly<Record<string, string>> = {
  'rhino-codestar': 'the service is retired: no new project can be created',
  'htc-codestar-assoc': 'the service is retired: no new project can be created',
  'htc-route53-pca': 'whether a workload trusts a private certificate authority is not in a template',
};
