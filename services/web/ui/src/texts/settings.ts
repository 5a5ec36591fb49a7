/** What the settings say. */
import type { StorageAnswer } from '@miniobserv/protocol'

export const settings = {
  sections: 'Sections',
  names: {
    ...{ agents: 'Agents', storage: 'Storage', health: 'Health' },
    ...{ account: 'Account', users: 'Users', tokens: 'API tokens', sessions: 'Sessions', audit: 'Audit' }
  },

  lamp: (count: number) => (count === 1 ? 'something is wrong' : `${count} things are wrong`),

  agents: {
    add: 'Add a host',
    addText:
      'Run this on the Linux machine that you want to see; LOG_FILES and HOST_LABELS may stand beside AGENT_TOKEN. It makes a service of systemd, opens no port, and needs nothing installed. Once more, it updates; with “| sudo sh -s -- --uninstall” it is gone.',
    elsewhere:
      'Elsewhere, with Node, in a copy of the repository: SERVER_URL=… AGENT_TOKEN=… npm run agent. For containers there is an image.',
    token: 'Where is the token?',
    tokenText:
      'AGENT_TOKEN is the one that this server was started with: npm run up keeps it in .miniobserv/secrets.json, Compose in infra/.env. It is never shown here: whoever can read this page should not be able to send in the name of any host.',
    none: 'No host has sent anything yet.',
    running: 'What runs',
    version: 'Agent version',
    unknownVersion: 'not told',
    hosts: 'Hosts',
    up: 'Up',
    odd: 'To look at',
    oddNone: 'No agent has anything odd about it.',
    host: 'Host',
    what: 'What',
    clock: (offset: string) => `its clock is off by ${offset}; corrected`,
    twins: 'two agents send under this name: set HOST_NAME on one of them'
  },

  storage: {
    list: 'What the database holds',
    used: 'The database takes',
    ofBudget: (budget: string) => `of ${budget} that MAX_DISK allows`,
    noBudget: 'MAX_DISK sets no bound.',
    what: 'What',
    back: 'Goes back to',
    backFor: 'How far',
    kept: 'Kept for',
    rows: 'Rows, about',
    bytes: 'Takes',
    share: 'Share',
    tables: {
      frames: 'Samples, as they came',
      frames_1m: 'Minutes',
      frames_1h: 'Hours',
      log_blocks: 'Log lines'
    } as Record<string, string>,
    rest: 'Everything else',
    nothing: 'nothing yet',
    notCounted: 'not counted yet',
    over: 'over',
    unknownKeep: 'not told yet',
    dropped: 'Goes next',
    droppedText: 'What the writers drop with their next look, a few seconds from now.',
    span: 'Of',
    why: 'Why',
    whys: { age: 'older than it is kept', disk: 'more than MAX_DISK' } satisfies Record<
      StorageAnswer['dropped'][number]['why'],
      string
    >,
    settings:
      'KEEP_RAW, KEEP_1M, KEEP_1H, KEEP_LOGS and MAX_DISK are settings of the writers: whoever runs the server changes them.'
  },

  health: {
    well: 'All parts keep up.',
    troubles: 'What is wrong',
    queue: 'Queue',
    stream: 'Stream',
    streams: { 'miniobserv:metrics': 'Metrics', 'miniobserv:logs': 'Log lines' } as Record<string, string>,
    entries: 'Entries that wait',
    oldest: 'The oldest came',
    dead: 'Could not be stored',
    deadOldest: (when: string, reason: string) => `the oldest ${when}: ${reason}`,
    memory: 'Memory of Redis',
    ofMost: (most: string) => `of ${most}`,
    noBound: 'without a bound',
    writers: 'Writers',
    writer: 'Writer',
    status: 'Status',
    reading: 'reading',
    silent: 'silent',
    taken: 'In hand',
    asked: 'Last asked for work',
    longAgo: 'an hour ago or more',
    noWriters: 'None has shown itself.',
    rollups: 'Rollups',
    tier: 'Tier',
    tiers: { '1m': 'Minutes', '1h': 'Hours' },
    complete: 'Complete until',
    waiting: 'To be computed',
    nothing: 'nothing came yet',
    alerter: 'Alerter',
    looked: 'Looked at all rules',
    never: 'not yet',
    blind: (reason: string) => `It sees nothing: ${reason}`,
    versions: 'Versions',
    none: 'none',
    unreachable: 'cannot be reached'
  }
}
