import { App } from 'aws-cdk-lib';
import { ordersSeparation } from '../../bin/example/orders-duties';
import { OrdersStage } from '../../bin/example/orders-stage';
import { Environment } from '../../lib';
import { snapshotOf } from '../../lib/assembly/snapshot';
import type { TemplateSource } from '../../lib/assembly/template-source';
import { allRules } from '../../lib/rules/registry';
import { runRules } from '../../lib/rules/run-rules';
import { separationFindings } from '../../lib/rules/separation/separation-findings';

export interface CfnResource {
  Type: string;
  Properties: Record<string, any>;
  Metadata?: Record<string, any>;
  DeletionPolicy?: string;
}

/** Before every date in the example. */
export const TODAY = '2026-11-22';
export const PRODUCTION = '111122223333';
export const DEVELOPMENT = '444455556666';

/** The templates of one synth of the example, to be changed at will. */
export class Templates {
  constructor(readonly sources: TemplateSource[]) {}

  copy(): Templates {
    return new Templates(structuredClone(this.sources));
  }

  /** Those of one stage. */
  of(stage: 'Dev' | 'Prod'): Templates {
    return new Templates(this.sources.filter(({ name }) => name.startsWith(`${stage}/`)));
  }

  resources(type: string): CfnResource[] {
    return this.sources.flatMap(({ body }) => Object.values(resourcesIn(body)).filter((each) => each.Type === type));
  }

  one(type: string, where: (resource: CfnResource) => boolean = () => true): CfnResource {
    const found = this.resources(type).find(where);
    if (found === undefined) throw new Error(`the example has no such ${type}`);
    return found;
  }

  remove(type: string, where: (resource: CfnResource) => boolean = () => true): void {
    let removed = 0;
    for (const { body } of this.sources) {
      const Resources = resourcesIn(body);
      for (const [id, each] of Object.entries(Resources)) {
        if (each.Type === type && where(each)) removed += Number(delete Resources[id]);
      }
    }
    if (removed === 0) throw new Error(`the example has no such ${type} to remove`);
  }

  /** Adds a resource to a stack. */
  add(stack: string, logicalId: string, resource: CfnResource): void {
    resourcesIn(this.stack(stack).body)[logicalId] = resource;
  }

  stack(name: string): TemplateSource {
    const found = this.sources.find((each) => each.name === name);
    if (found === undefined) throw new Error(`the example has no stack ${name}`);
    return found;
  }

  /** The logical id of a resource of a stack. */
  id(stack: string, type: string, where: (resource: CfnResource) => boolean = () => true): string {
    const found = Object.entries(resourcesIn(this.stack(stack).body)).find(
      ([, each]) => each.Type === type && where(each),
    );
    if (found === undefined) throw new Error(`${stack} has no such ${type}`);
    return found[0];
  }

  /**
   * What the rules and the constraints say, by id.
   *
   * @param asked only these are asked; the constraints where one of them is named. @default - all
   */
  rules(asked?: readonly string[]): string[] {
    const snapshot = snapshotOf(this.sources);
    const rules = allRules.filter(({ id }) => asked === undefined || asked.includes(`Bulkhead-${id}`));
    const isSeparated = asked === undefined || asked.some((each) => /^Bulkhead-(?:SOD|ENV)-/.test(each));
    const found = [
      ...runRules(snapshot, rules, { today: TODAY }),
      ...(isSeparated ? separationFindings(snapshot) : []),
    ];
    return [...new Set(found.map(({ ruleId }) => ruleId))];
  }
}

function resourcesIn(body: unknown): Record<string, CfnResource> {
  return (body as { Resources: Record<string, CfnResource> }).Resources;
}

/** Both stages, as `bin/example-app.ts` declares them. @param context of the app, besides */
export function exampleTemplates(context: Readonly<Record<string, unknown>> = {}): Templates {
  const app = new App({ analyticsReporting: false, context: { 'aws:cdk:bundling-stacks': [], ...context } });
  const stage = (id: string, account: string, auditDays: number, deploysFrom: string) =>
    new OrdersStage(app, id, { env: { account, region: 'eu-west-1' }, auditDays, deploysFrom });
  const dev = stage('Dev', DEVELOPMENT, 7, 'development');
  const prod = stage('Prod', PRODUCTION, 400, 'production');
  Environment.DEVELOPMENT.holds(dev);
  Environment.PRODUCTION.holds(prod);
  ordersSeparation([dev, prod])._declareIn(app);
  const assembly = app.synth({ skipValidation: true });
  const stacks = assembly.nestedAssemblies.flatMap(({ nestedAssembly }) => nestedAssembly.stacksRecursively);
  return new Templates(
    stacks.map(({ hierarchicalId, templateFile, template, environment }) => ({
      name: hierarchicalId,
      file: templateFile,
      body: template,
      account: environment.account,
      region: environment.region,
    })),
  );
}

export const declared = (path: string) => (resource: CfnResource) => resource.Metadata?.['cdk-bulkhead']?.path === path;
export const statements = (document: any): any[] => document.Statement;
export const has =
  (...texts: string[]) =>
  ({ Properties }: CfnResource) =>
    texts.every((text) => JSON.stringify(Properties).includes(text));

/** Takes the statements with this sid out of a policy document. */
export function drop(document: any, sid: string | RegExp): void {
  const before = statements(document).length;
  const matches = (statement: any) => (typeof sid === 'string' ? statement.Sid === sid : sid.test(statement.Sid ?? ''));
  document.Statement = statements(document).filter((statement) => !matches(statement));
  if (document.Statement.length === before) throw new Error(`no statement ${String(sid)} to drop`);
}

/** The statement with this sid. */
export function sid(document: any, name: string): any {
  const found = statements(document).find(({ Sid }) => Sid === name);
  if (found === undefined) throw new Error(`no statement ${name}`);
  return found;
}
