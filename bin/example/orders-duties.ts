import { Duty, SeparationOfDuties } from '../../lib';
import type { OrdersStage } from './orders-stage';

const TABLE = ['AWS::DynamoDB::GlobalTable'];

/** Around the API: whoever reads the table needs no endpoint. */
const ORDER_READING = Duty.custom('order-reading', {
  title: 'Reading orders in the table',
  description: 'Reads the table of orders, or a copy of it, without an endpoint in between.',
  actions: [
    'dynamodb:BatchGetItem',
    'dynamodb:ExportTableToPointInTime',
    'dynamodb:GetItem',
    'dynamodb:PartiQLSelect',
    'dynamodb:Query',
    'dynamodb:Scan',
  ],
  resources: TABLE,
});

const ORDER_WRITING = Duty.custom('order-writing', {
  title: 'Writing orders in the table',
  description: 'Changes the table of orders without an endpoint in between.',
  actions: [
    'dynamodb:BatchWriteItem',
    'dynamodb:DeleteItem',
    'dynamodb:PartiQLDelete',
    'dynamodb:PartiQLInsert',
    'dynamodb:PartiQLUpdate',
    'dynamodb:PutItem',
    'dynamodb:UpdateItem',
  ],
  resources: TABLE,
});

/** What every team starts with, and what this one adds: the table belongs to the functions, the record to the auditor. */
export function ordersSeparation(stages: OrdersStage[]): SeparationOfDuties {
  return SeparationOfDuties.recommended()
    .only(
      stages.flatMap(({ service }) => service.readers),
      ORDER_READING,
      {
        id: 'only-order-reading',
        why: 'who reads an order is decided at the gateway, and recorded there',
      },
    )
    .only(
      stages.flatMap(({ service }) => service.writers),
      ORDER_WRITING,
      {
        id: 'only-order-writing',
        why: 'who changes an order is decided at the gateway, and recorded there',
      },
    )
    .only(
      stages.map(({ people }) => people.auditor),
      Duty.AUDIT_READING,
      { id: 'only-auditors', why: 'the record is read by people who run nothing' },
    );
}
