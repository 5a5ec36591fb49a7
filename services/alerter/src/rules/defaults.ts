/** The rules that are there on first start; people change or delete them as they like. */
import { METRICS, type RuleText } from '@miniobserv/protocol'
import { readRule } from './read.ts'
import { createRule } from './save.ts'
import { loadRules } from './stored.ts'
import type { Turn } from './turn.ts'

type Written = Pick<RuleText, 'name' | 'severity' | 'note'> & {
  condition: object
  for?: string
  remind?: null
}

const FILESYSTEMS = {
  metric: METRICS.filesystemUtilization.name,
  where: { 'system.filesystem.type': '!squashfs' }
}

const WRITTEN: Written[] = [
  {
    name: 'Monitor blind',
    condition: { kind: 'blind', behind: '15s' },
    severity: 'critical',
    note: 'Nothing is seen until this is over. Are gateways and writers running, and is there room on the disk of PostgreSQL?'
  },
  {
    name: 'Host down',
    condition: { kind: 'host-down', after: '30s' },
    severity: 'critical',
    note: 'The host, its network or its agent has stopped.'
  },
  {
    name: 'CPU busy',
    condition: {
      ...{
        kind: 'threshold',
        metric: METRICS.cpuUtilization.name,
        where: { 'cpu.mode': '!idle' },
        across: 'sum'
      },
      ...{ agg: 'avg', window: '5m', op: '>', value: 0.9, recover: 0.8 }
    },
    for: '5m',
    severity: 'warning',
    note: 'All cores together. Waiting for disks (iowait) counts: the charts of the host tell which it is.'
  },
  {
    name: 'Memory full',
    condition: {
      ...{ kind: 'threshold', metric: METRICS.memoryUtilization.name, agg: 'avg', window: '1m' },
      ...{ op: '>', value: 0.92, recover: 0.88 }
    },
    for: '2m',
    severity: 'warning',
    note: 'Programs cannot get much more; after that, some are killed.'
  },
  {
    name: 'Filesystem nearly full',
    condition: {
      kind: 'threshold',
      ...FILESYSTEMS,
      agg: 'last',
      window: '5m',
      op: '>',
      value: 0.9,
      recover: 0.88
    },
    for: '2m',
    severity: 'warning',
    note: ''
  },
  {
    name: 'Filesystem full',
    condition: {
      kind: 'threshold',
      ...FILESYSTEMS,
      agg: 'last',
      window: '5m',
      op: '>',
      value: 0.97,
      recover: 0.95
    },
    severity: 'critical',
    note: 'Programs that write there fail soon.'
  },
  {
    name: 'Filesystem full within a day',
    condition: { kind: 'forecast', ...FILESYSTEMS, window: '6h', limit: 1, within: '24h' },
    for: '10m',
    severity: 'warning',
    note: 'If it goes on growing as in the last six hours.'
  },
  {
    name: 'Agent behind with logs',
    condition: {
      ...{ kind: 'threshold', metric: METRICS.logsBehind.name, agg: 'min', window: '10m' },
      ...{ op: '>', value: 64 * 1024 * 1024, recover: 8 * 1024 * 1024 }
    },
    severity: 'warning',
    note: 'More is written to log files than is read. What is rotated away before that is lost.'
  },
  {
    name: 'Agent dropped data',
    condition: {
      kind: 'threshold',
      metric: METRICS.pointsDropped.name,
      agg: 'max',
      window: '5m',
      op: '>',
      value: 0
    },
    severity: 'info',
    remind: null,
    note: 'Points were lost: its buffer was full, or the gateway refused them. Over when the agent has started anew.'
  },
  {
    name: 'Clock slow',
    condition: {
      ...{ kind: 'threshold', metric: METRICS.clockOffset.name, agg: 'min', window: '5m' },
      ...{ op: '>', value: 60_000, recover: 30_000 }
    },
    severity: 'warning',
    note: 'The clock of the host is more than a minute slow. Is time synchronisation (chrony, systemd-timesyncd) running?'
  },
  {
    name: 'Clock fast',
    condition: {
      ...{ kind: 'threshold', metric: METRICS.clockOffset.name, agg: 'max', window: '5m' },
      ...{ op: '<', value: -60_000, recover: -30_000 }
    },
    severity: 'warning',
    note: 'The clock of the host is more than a minute fast. Is time synchronisation (chrony, systemd-timesyncd) running?'
  }
]

export const DEFAULT_RULES: readonly RuleText[] = WRITTEN.map((rule) => readRule(rule))

/** Makes them once; deleted ones do not come back. Where a name is taken, that rule stays as it is. */
export async function seedDefaults(turn: Turn): Promise<void> {
  const { client, now } = turn
  const { rowCount } = await client.query('select from alerter_state where seeded_at is null')
  if (rowCount === 0) return
  const taken = new Set((await loadRules(client)).map(({ name }) => name))
  for (const rule of DEFAULT_RULES) if (!taken.has(rule.name)) await createRule(turn, rule, 'default')
  await client.query('update alerter_state set seeded_at = $1', [new Date(now)])
}
