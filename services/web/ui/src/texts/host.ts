/** What a host's page says. */

export const host = {
  logs: 'Logs of this host',
  facts: 'Facts',
  charts: 'Charts',
  lastSeen: 'last seen',
  unknown: (name: string) => `No host named “${name}” has sent anything.`,
  all: 'All hosts',
  noData: 'No data in this time',
  failed: 'Not loaded',
  asOf: (time: string) => `as of ${time}`,
  of: 'of',
  fact: {
    uptime: 'Up for',
    os: 'System',
    kernel: 'Kernel',
    cpu: 'CPU',
    memory: 'Memory',
    model: 'Machine',
    arch: 'Architecture',
    agent: 'Agent',
    clock: 'Clock',
    clockAhead: (time: string) => `${time} ahead, corrected`,
    clockBehind: (time: string) => `${time} behind, corrected`,
    twins: 'Name',
    twinsSeen: 'two agents send as this host: set HOST_NAME',
    cores: (count: number, model: string) => (model ? `${count} × ${model}` : `${count}`)
  },
  zoomHint: 'Drag over a chart to zoom in, double click to go back.'
}
