import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { basename } from 'node:path';
import type { Finding } from '../model/finding';

/**
 * Finds the construct that answers for a finding whose resource is not a construct, such as a parameter or a resource
 * that a template fragment brings: its stack, else the app.
 */
export function constructsOf(app: IConstruct): (finding: Finding) => IConstruct {
  let byFile: ReadonlyMap<string, IConstruct> | undefined;
  return ({ file }) => {
    byFile ??= new Map(
      app.node
        .findAll()
        .filter((each): each is Stack => Stack.isStack(each))
        .map((stack) => [stack.templateFile, stack]),
    );
    return byFile.get(basename(file)) ?? app;
  };
}
