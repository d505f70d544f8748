import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import type { FrontDoorProps } from './front-door-props';

const MANAGED = [
  'AWSManagedRulesCommonRuleSet',
  'AWSManagedRulesKnownBadInputsRuleSet',
  'AWSManagedRulesAmazonIpReputationList',
];

/** Puts a web ACL before the stage of an API, an own one or one of AWS managed rules. */
export function associateWebAcl(scope: Construct, api: apigateway.RestApi, props: FrontDoorProps): void {
  const webAclArn = props.webAclArn ?? (props.managedWebAcl === true ? managedWebAcl(scope).attrArn : undefined);
  if (webAclArn === undefined) return;
  new wafv2.CfnWebACLAssociation(scope, 'WebAclAssociation', {
    resourceArn: api.deploymentStage.stageArn,
    webAclArn,
  });
}

function managedWebAcl(scope: Construct): wafv2.CfnWebACL {
  const visibility = (metricName: string): wafv2.CfnWebACL.VisibilityConfigProperty => ({
    cloudWatchMetricsEnabled: true,
    sampledRequestsEnabled: false,
    metricName,
  });
  return new wafv2.CfnWebACL(scope, 'WebAcl', {
    scope: 'REGIONAL',
    defaultAction: { allow: {} },
    visibilityConfig: visibility('WebAcl'),
    rules: [
      {
        name: 'NoMethodOverride',
        priority: 0,
        action: { block: {} },
        visibilityConfig: visibility('NoMethodOverride'),
        // The header is there where it has any length, none included.
        statement: {
          sizeConstraintStatement: {
            fieldToMatch: { singleHeader: { Name: 'x-http-method-override' } },
            comparisonOperator: 'GE',
            size: 0,
            textTransformations: [{ priority: 0, type: 'NONE' }],
          },
        },
      },
      ...MANAGED.map((name, index) => ({
        name,
        priority: index + 1,
        overrideAction: { none: {} },
        visibilityConfig: visibility(name),
        statement: { managedRuleGroupStatement: { vendorName: 'AWS', name } },
      })),
    ],
  });
}
