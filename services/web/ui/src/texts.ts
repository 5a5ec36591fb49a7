/** Every text that people read, in one place, so that another language is one more file. */

export const texts = {
  product: 'MiniObserv',
  skip: 'Skip to the content',

  pages: { hosts: 'Hosts', logs: 'Logs', missing: 'There is no such page' },
  missing: { text: 'Nothing is kept at this address.', back: 'Go to the hosts' },

  signIn: {
    title: 'Sign in',
    username: 'User name',
    password: 'Password',
    submit: 'Sign in',
    busy: 'Signing in …',
    expired: 'Your session has ended. Sign in to go on where you were.',
    hintTitle: 'First start?',
    hint: ['The password is the setting', 'makes one up, prints it once and keeps it in'] as const
  },

  top: {
    signOut: 'Sign out',
    keys: 'Keys',
    theme: { system: 'Theme: as the system', light: 'Theme: light', dark: 'Theme: dark' },
    range: 'Time range',
    live: 'Live',
    liveOn: 'Live: new data appears by itself',
    liveOff: 'Stopped: press to go on live',
    back: 'Back to live',
    navigation: 'Pages'
  },

  errors: {
    unreachable: 'The server cannot be reached.',
    status: (status: number) => `The server answered with status ${status}.`,
    again: 'What is shown may be old. Trying again by itself.',
    againEmpty: 'Trying again by itself.'
  },

  copy: { copy: 'Copy', copied: 'Copied' },

  status: { up: 'Up', down: 'Down' },
  severity: { warning: 'high', critical: 'very high' },

  hosts: {
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
  },

  addHost: {
    title: 'No host has sent anything yet',
    text: 'Run the agent on the machine that you want to see. It needs no open port and writes nothing to its disk.',
    token: 'The token is the AGENT_TOKEN that this server was started with.',
    waiting: 'The host appears here by itself with its first data.'
  },

  host: {
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
  },

  charts: {
    cpu: 'CPU',
    memory: 'Memory',
    load: 'Load',
    disk: 'Disk usage',
    diskIo: 'Disk I/O',
    network: 'Network',
    legend: 'Values',
    cores: 'cores',
    loads: { one: '1 min', five: '5 min', fifteen: '15 min' },
    more: (count: number) => `and ${count} more`
  },

  /** Label values of OpenTelemetry, as people say them; one that is not here is shown as it is. */
  labels: {
    user: 'user',
    system: 'system',
    iowait: 'I/O wait',
    nice: 'nice',
    interrupt: 'interrupts',
    steal: 'stolen',
    used: 'used',
    cached: 'cached',
    buffers: 'buffers',
    free: 'free',
    read: 'read',
    write: 'write',
    receive: 'received',
    transmit: 'sent'
  } as Record<string, string>,

  logs: {
    search: 'Search logs',
    host: 'Host',
    allHosts: 'All hosts',
    source: 'Source',
    anySource: 'Any source',
    level: 'Level',
    list: 'Log lines',
    levels: { trace: 'Trace', debug: 'Debug', info: 'Info', warn: 'Warn', error: 'Error', fatal: 'Fatal' },
    noLevel: 'no level',
    new: (count: string) => (count === '1' ? '1 new line' : `${count} new lines`),
    older: 'Load older lines',
    loadingOlder: 'Loading older lines …',
    end: 'No older lines in this time.',
    found: (count: number, more: boolean) => `${count}${more ? '+' : ''} ${count === 1 ? 'line' : 'lines'}`,
    noneTitle: 'No line matches',
    none: 'Try a longer time, or fewer filters.',
    emptyTitle: 'No log lines in this time',
    empty:
      'Agents send the new lines of the files that LOG_FILES names, as a comma-separated list of paths or globs.',
    clear: 'Clear the filters',
    widen: 'Look at 7 days',
    onlySource: 'Only this source',
    onlyHost: 'Only this host',
    copyLine: 'Copy the line',
    attributes: 'Attributes'
  },

  keys: {
    title: 'Keys',
    close: 'Close',
    list: [
      ['/', 'Search'],
      ['g h', 'Go to the hosts'],
      ['g l', 'Go to the logs'],
      ['j  k', 'Next and previous row'],
      ['Enter', 'Open the row'],
      ['?', 'Show these keys'],
      ['Esc', 'Close, or leave the search']
    ] as const
  },

  zone: (name: string) => `Times are in ${name}.`
}
