/**
 * What is recorded beyond management events. Reading a secret and using a key are management events: they are always
 * recorded.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
 */
export enum DataEvents {
  /** Every invocation of every function of the account. */
  FUNCTIONS = 'AWS::Lambda::Function',
  /** Every read and write of items in every DynamoDB table of the account. */
  TABLES = 'AWS::DynamoDB::Table',
  /** Every read and write of objects in every bucket of the account but the vault's own. */
  BUCKETS = 'AWS::S3::Object',
}
