/** Ends of the names of properties that take a secret, whatever the type; compared without signs between the words. */
const ENDS =
  /(password|passwords|passphrase|secretstring|clientsecret|appsecret|sharedsecret|walletsecret|apikeysecret|authtoken|oauthtoken|accesstoken|refreshtoken|apitoken|jwttoken|sastoken|hectoken|secrettoken|tokenvalue|privatekey|secretkey|secretaccesskey|presharedkey|apikeyvalue)$/;

/** Names that take a secret, and are too short to be taken for one as the end of another. */
const WHOLE: ReadonlySet<string> = new Set(['apikey', 'authkey', 'tokenkey']);

/**
 * Properties that take a secret in resources of this type, and something else in others.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
 */
const OF_TYPE: Readonly<Record<string, ReadonlySet<string>>> = {
  'AWS::ApiGateway::ApiKey': new Set(['Value']),
  'AWS::CodeBuild::SourceCredential': new Set(['Token']),
  'AWS::KinesisFirehose::DeliveryStream': new Set(['AccessKey']),
  'Alexa::ASK::Skill': new Set(['RefreshToken', 'ClientSecret']),
};

/** The properties that take a secret in this type alone; `undefined` for most types. */
export function secretPropertiesOf(type: string): ReadonlySet<string> | undefined {
  return Object.hasOwn(OF_TYPE, type) ? OF_TYPE[type] : undefined;
}

/** Whether a property of this name takes a secret, whatever the type of its resource. */
export function takesSecret(name: string): boolean {
  const plain = name.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
  return ENDS.test(plain) || WHOLE.has(plain);
}
