/** The dashboards that are there on first start; people change or delete them as they like. */
import { type DashboardText, METRICS } from '@miniobserv/protocol'
import { readDashboard } from './read.ts'

const hosts = ['$host']

const ALL_HOSTS = {
  name: 'All hosts',
  description: 'Who is busy, who is full, and what the logs complain about.',
  variables: [{ name: 'host', title: 'Hosts', of: 'hosts' }],
  rows: [
    {
      height: 7,
      panels: [
        {
          ...{ kind: 'chart', title: 'CPU, the busiest ten', width: 6, max: 1 },
          questions: [
            {
              ...{ metric: METRICS.cpuUtilization.name, hosts, where: { 'cpu.mode': ['!idle'] } },
              ...{ by: ['host'], across: 'sum', topk: 10 }
            }
          ]
        },
        {
          ...{ kind: 'chart', title: 'Memory, the fullest ten', width: 6, max: 1 },
          questions: [{ metric: METRICS.memoryUtilization.name, hosts, by: ['host'], topk: 10 }]
        }
      ]
    },
    {
      height: 7,
      panels: [
        {
          ...{ kind: 'table', title: 'File systems, the fullest', width: 6 },
          questions: [
            {
              ...{ metric: METRICS.filesystemUtilization.name, name: 'used', hosts, topk: 20 },
              by: ['host', 'system.filesystem.mountpoint']
            }
          ]
        },
        {
          ...{ kind: 'chart', title: 'Network, both ways, the busiest ten', width: 6 },
          questions: [{ metric: METRICS.networkIo.name, hosts, by: ['host'], across: 'sum', topk: 10 }]
        }
      ]
    },
    {
      height: 7,
      panels: [
        { kind: 'alerts', title: 'What fires', width: 4, hosts },
        { kind: 'logs', title: 'Errors in the logs', width: 8, hosts, levels: ['error', 'fatal'] }
      ]
    }
  ]
}

export const FIRST_DASHBOARDS: readonly DashboardText[] = [readDashboard(ALL_HOSTS)]
