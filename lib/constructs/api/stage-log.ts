import { CfnResource, Reference, Stack, Tokenization } from 'aws-cdk-lib';
import type { IResolvable } from 'aws-cdk-lib';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';
import { misuse } from '../../private/errors';
import { writtenProperties } from '../../private/written-properties';

/** Where the access log of a stage goes, and in which format, as L1 has it. */
interface LogSetting {
  readonly destinationArn?: string;
  readonly format?: string;
}

/** A stage of a REST or of an HTTP API: the properties have names of their own. */
export type LoggedStage = CfnResource & {
  accessLogSetting?: IResolvable | LogSetting;
  accessLogSettings?: IResolvable | LogSetting;
};

/** The format in which a stage writes into a log group, raw overrides included; empty where it writes none there. */
export function formatInto(stage: LoggedStage, logGroup: logs.ILogGroup): string {
  const written = writtenProperties(stage);
  const { DestinationArn, Format } = (written['AccessLogSetting'] ?? written['AccessLogSettings'] ?? {}) as Written;
  const { destinationArn = '' } = settingOf(stage);
  const isAsSet = JSON.stringify(DestinationArn) === JSON.stringify(Stack.of(stage).resolve(destinationArn));
  const isThere = isAsSet && identityOf(destinationArn) === identityOf(logGroup.logGroupArn);
  return isThere && typeof Format === 'string' ? Format : '';
}

interface Written {
  readonly DestinationArn?: unknown;
  readonly Format?: unknown;
}

function settingOf(stage: LoggedStage): LogSetting {
  const setting = stage.accessLogSetting ?? stage.accessLogSettings;
  return setting === undefined || Tokenization.isResolvable(setting) ? {} : setting;
}

/** The access log of a stage that was made elsewhere. */
export class ExistingLog {
  /**
   * @param stage undefined where it is no resource of the app
   * @param given the log group that the stage is to write into from now on
   * @throws BH1071 where `given` is, and the stage logs already elsewhere or in another format
   */
  constructor(
    private readonly api: IConstruct,
    private readonly stage: LoggedStage,
    private readonly given: logs.ILogGroup | undefined,
    format: string,
  ) {
    if (given === undefined) return;
    const isRest = stage.cfnResourceType === 'AWS::ApiGateway::Stage';
    const setting = isRest ? 'accessLogSetting' : 'accessLogSettings';
    if (stage[setting] !== undefined) throw this.twoLogs();
    stage[setting] = { destinationArn: given.logGroupArn, format };
  }

  /** @throws BH1072 where there is none that is known here */
  public get group(): logs.ILogGroup {
    const found = this.given ?? this.found();
    if (found !== undefined) return found;
    throw misuse(this.api, {
      code: 'BH1072',
      what: 'the stage of the API has no access log in a log group of this app',
      why: 'nothing says who called what',
      mend: 'give `accessLogGroup` to `guard`, such as `vault.createLogGroup(scope, id)`, and the stage writes into it',
    });
  }

  public get format(): string {
    return formatInto(this.stage, this.group);
  }

  private found(): logs.ILogGroup | undefined {
    const { destinationArn } = settingOf(this.stage);
    if (destinationArn === undefined) return undefined;
    const sought = identityOf(destinationArn);
    return this.api.node.root.node
      .findAll()
      .find((each): each is logs.ILogGroup & IConstruct => isLogGroup(each) && identityOf(each.logGroupArn) === sought);
  }

  private twoLogs(): Error {
    return misuse(this.api, {
      code: 'BH1071',
      what: 'the stage of the API has an access log already, and `accessLogGroup` is another',
      why: 'a stage has one, and what reads the old one would find nothing any more',
      mend: 'take the access log of the stage away, or leave `accessLogGroup` out',
    });
  }
}

function isLogGroup(each: IConstruct): each is logs.ILogGroup & IConstruct {
  return !CfnResource.isCfnResource(each) && 'logGroupArn' in each && 'addSubscriptionFilter' in each;
}

/** The log group that an ARN is of, by its resource, or by the text of the ARN: logical ids of two stacks can be the same. */
function identityOf(arn: string): unknown {
  const references = Tokenization.reverseString(arn).tokens.filter((each) => Reference.isReference(each));
  // Region and account are references, too.
  const own = references.find(({ displayName }) => !displayName.startsWith('AWS::'));
  return own?.target ?? arn.replace(/:\*$/, '');
}
