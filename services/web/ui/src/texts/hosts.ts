/** What the page of all hosts says. */

export const hosts = {
  filter: 'Filter hosts',
  table: 'Hosts',
  summary: 'Summary',
  well: 'well',
  attention: 'to look at',
  down: 'down',
  columns: {
    status: 'Status',
    name: 'Host',
    cpu: 'CPU',
    memory: 'Memory',
    disk: 'Disk',
    network: 'Network',
    seen: 'Last seen'
  },
  hints: {
    cpu: 'Busy part of all cores; the last 30 minutes',
    memory: 'Used memory; the last 30 minutes',
    disk: 'The fullest file system',
    network: 'Received and sent, all interfaces; the last 30 minutes'
  },
  none: (filter: string) => `No host has “${filter}” in its name.`,
  clear: 'Show all hosts',
  more: (count: number) => `Show ${count} more`
}

export const addHost = {
  title: 'No host has sent anything yet',
  text: 'Run the agent on the machine that you want to see. It needs no open port and writes nothing to its disk.',
  token: 'The token is the AGENT_TOKEN that this server was started with.',
  waiting: 'The host appears here by itself with its first data.'
}
