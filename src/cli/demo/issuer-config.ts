import { stringify } from 'yaml';

/** The `lapse.yaml` of the example repository: who may lease what, for how long, and who must be asked. */
export function exampleConfig(options: {
  readonly port: number;
  readonly operator: string;
  readonly database: boolean;
}): string {
  const target = options.database
    ? {
        id: 'orders-db',
        type: 'postgres',
        environment: 'production',
        connection: { env: 'ORDERS_DB_BROKER_URL' },
        grants: [
          { actions: ['select'], resources: ['orders'], roles: ['orders_reader'] },
          { actions: ['write'], resources: ['orders'], roles: ['orders_writer'] },
        ],
        max_ttl: '15m',
      }
    : {
        id: 'orders-db',
        type: 'jwt',
        environment: 'production',
        audience: 'https://orders.larkspur.example',
        actions: ['select', 'write'],
        max_ttl: '15m',
      };
  const subjects = [{ kind: 'static-key' }];
  const rules = [
    { id: 'reports-read', effect: 'allow', subjects, targets: ['orders-db'], actions: ['select'], max_ttl: '5m' },
    {
      id: 'writes-need-a-human',
      effect: 'escalate',
      subjects,
      targets: ['orders-db'],
      actions: ['write'],
      max_ttl: '5m',
      approvals: [{ from: 'platform', count: 1 }],
      require_reason: true,
    },
  ];
  const issuer = {
    listen: `127.0.0.1:${options.port}`,
    targets: [target],
    access: { rules, groups: { platform: [options.operator] } },
  };
  return `# Written by lapse demo.\n${stringify({ version: 1, repository: 'larkspur/orders', exports: [{ path: '../exports' }], issuer })}`;
}
