import { it } from 'vitest';
import { allows } from './oracle/iam-simulate';
it('x', () => {
  const P = (Effect: string, Resource: any, more: any = {}) => ({ Version: '2012-10-17', Statement: [{ Effect, Action: 'execute-api:Invoke', Resource, ...more }] }) as any;
  const base = { principal: 'arn:aws:sts::111122223333:assumed-role/r1/s', action: 'execute-api:Invoke', resource: 'arn:aws:execute-api:eu-west-1:111122223333:abcde12345/prod/POST/a/x/b', resourceAccount: '111122223333', context: {'aws:PrincipalArn':'arn:aws:iam::111122223333:role/r1','aws:SecureTransport':'true'}, identity: [P('Allow','*')], scps: [], rcps: [] };
  console.log(allows({...base}), allows({...base, boundary: P('Allow','*')}), allows({...base, boundary: P('Allow','arn:aws:execute-api:eu-west-1:111122223333:*/prod/POST/a/*/b')}), allows({...base, boundary: P('Allow',['arn:aws:execute-api:eu-west-1:111122223333:abcde12345/prod/POST/a/*/b'])}),
  allows({...base, boundary: P('Allow','*'), resourcePolicy: P('Deny','*',{Principal:'*',Condition:{Bool:{'aws:SecureTransport':'false'}}})}),
  allows({...base, resourcePolicy: P('Deny','*',{Principal:'*',Condition:{Bool:{'aws:SecureTransport':'false'}}})}),
  allows({...base, boundary: P('Allow','*'), resourcePolicy: P('Deny','*',{Principal:'*',Condition:{StringNotEquals:{'aws:PrincipalArn':['arn:aws:iam::111122223333:role/r1']}}})}));
});
