import { Duration, Stack, Stage } from 'aws-cdk-lib';
import type { StageProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { AuditVault, DataEvents } from '../../lib';
import { OrdersPeople } from './orders-people';
import { OrdersService } from './orders-service';

/** One environment of the orders system. */
export interface OrdersStageProps extends StageProps {
  /** How many days the audit record cannot be deleted. Irrevocable for what is written. */
  readonly auditDays: number;
  /** The environment of the repository whose workflow may deploy here. */
  readonly deploysFrom: string;
}

/**
 * Three stacks, by who answers for them: the record (security), the people and machines that may call (platform), and
 * the service itself (orders team).
 */
export class OrdersStage extends Stage {
  public readonly people: OrdersPeople;
  public readonly service: OrdersService;

  constructor(scope: Construct, id: string, props: OrdersStageProps) {
    super(scope, id, props);
    const record = new Stack(this, 'Record');
    const vault = new AuditVault(record, 'Vault', {
      retention: Duration.days(props.auditDays),
      owner: 'security-team',
      purpose: 'who called, changed and read what',
      dataEvents: [DataEvents.FUNCTIONS],
    });
    this.people = new OrdersPeople(this, 'People', { vault, deploysFrom: props.deploysFrom });
    this.service = new OrdersService(this, 'Service', { vault, people: this.people });
  }
}
