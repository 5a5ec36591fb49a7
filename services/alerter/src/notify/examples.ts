/** Messages that nothing has happened for: to try a channel, and to show what a template makes of one. */
import type { Message, MessageAlert } from './message.ts'

const MINUTE = 60_000

/** @param at epoch ms */
export function exampleMessage(kind: 'firing' | 'resolved' | 'reminder', at: number): Message {
  const over = kind === 'resolved'
  const since = kind === 'firing' ? at : at - 42 * MINUTE
  const filesystem = (host: string, mountpoint: string, used: number): MessageAlert => ({
    host,
    labels: { 'system.filesystem.mountpoint': mountpoint },
    value: used / 100,
    summary: `system.filesystem.utilization is ${used} %, rule: above 90 % (last over 5m)`,
    since
  })
  return {
    ...{ kind, at },
    rule: {
      ...{ id: null, name: 'Filesystem nearly full', severity: 'warning', labels: { team: 'storage' } },
      note: 'Look for old logs and backups first.'
    },
    alerts: [
      filesystem('web-01', '/var', over ? 71 : 93),
      filesystem('web-02', '/var', over ? 64 : 91),
      filesystem('db-01', '/srv/data', over ? 80 : 96)
    ]
  }
}

/** What the test button sends. @param at epoch ms */
export const testMessage = (channel: string, at: number): Message => ({
  ...{ kind: 'test', at },
  rule: { id: null, name: 'messages arrive here', severity: 'info', note: '', labels: {} },
  alerts: [
    {
      ...{ host: null, labels: {}, value: null, since: at },
      summary: `MiniObserv can reach the channel ${channel}. Nothing is wrong.`
    }
  ]
})
