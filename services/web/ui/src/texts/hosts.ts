/** What the page of all hosts says. */

export const hosts = {
  filter: 'Filter hosts',
  filterHint: 'Parts of the name; team=web for labels and facts; is=down, is=attention, is=well',
  found: (found: number, all: number) => (found === all ? `${all} hosts` : `${found} of ${all} hosts`),
  count: (hosts: number) => (hosts === 1 ? '1 host' : `${hosts} hosts`),
  firing: (alerts: number) => (alerts === 1 ? '1 alert fires' : `${alerts} alerts fire`),
  blind: 'The monitor itself sees nothing:',
  groupBy: 'Group by',
  ungrouped: 'No groups',
  groupOption: (name: string, values: number) => `By ${name} (${values})`,
  without: (name: string) => `without ${name}`,
  onlyGroup: (name: string, value: string) => `Only hosts with ${name}=${value}`,
  sortBy: 'Sort by',
  sorted: {
    status: 'Trouble first',
    name: 'By name',
    cpu: 'Most CPU first',
    memory: 'Most memory first',
    disk: 'Fullest disk first',
    network: 'Most traffic first',
    seen: 'Last seen first'
  },
  reversed: (column: string) => `By ${column}, the other way round`,
  view: 'Layout',
  asTable: 'As a table',
  asTiles: 'As tiles',
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
  takeOff: (hosts: number) => (hosts === 1 ? 'Take it off the list' : `Take these ${hosts} off the list`),
  takeOffHint: 'For hosts that are no more. What they sent stays; one that sends again is back by itself.',
  tookOff: (hosts: readonly string[]) =>
    hosts.length === 1 ? `${hosts[0]} is off the list.` : `${hosts.length} hosts are off the list.`,
  none: (filter: string) => `No host matches “${filter}”.`,
  clear: 'Show all hosts'
}

export const addHost = {
  title: 'No host has sent anything yet',
  text: 'Run this on the Linux machine that you want to see. The agent opens no port, and needs nothing installed.',
  onlyHere:
    'You look at this page at an address that only this machine has. Other hosts want one that they can reach: start the server with HOST=0.0.0.0, and open this page there.',
  token: 'The token is the AGENT_TOKEN that this server was started with.',
  waiting: 'The host appears here by itself with its first data.'
}
