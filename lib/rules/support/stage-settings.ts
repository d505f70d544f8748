import { alternatives, elements, member } from '../../model/read';
import type { Resource } from '../../model/snapshot';
import { isAbsent } from '../../model/value';
import type { Value } from '../../model/value';

/** Where a stage says how its methods behave: a stage, or a deployment that makes one. */
export const STAGES = ['AWS::ApiGateway::Stage', 'AWS::ApiGateway::Deployment', 'AWS::ApiGatewayV2::Stage'] as const;

/** Whether the resource makes a stage: a deployment does where it names one. */
export function makesStage({ type, properties }: Resource): boolean {
  return type !== 'AWS::ApiGateway::Deployment' || !isAbsent(properties['StageName']);
}

/** The settings of a stage, `AccessLogSetting` and the like, wherever its type keeps them. */
export function stageSetting({ type, properties }: Resource, name: string): Value | undefined {
  return type === 'AWS::ApiGateway::Deployment' ? member(properties['StageDescription'], name) : properties[name];
}

/** The settings by method of a REST stage, each as a map; a list that is not known is one unknown. */
export function methodSettings(stage: Resource): readonly Value[] {
  return elements(stageSetting(stage, 'MethodSettings'));
}

/** Whether a setting is for every method of the stage. */
export function isForAll(setting: Value): boolean {
  const paths = alternatives(member(setting, 'ResourcePath'));
  return member(setting, 'HttpMethod') === '*' && paths.every((path) => path === '/*');
}
