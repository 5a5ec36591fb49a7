/** What the alerts page says, and what other pages say of alerts. */
import type { Condition, PreviewAnswer, Severity, State } from '@miniobserv/protocol'

const count = (number: number, one: string, many: string) => `${number} ${number === 1 ? one : many}`

export const alerts = {
  sections: 'Parts of this page',
  names: {
    now: 'Now',
    rules: 'Rules',
    silences: 'Silences',
    history: 'History',
    channels: 'Channels'
  },
  severity: 'Severity',
  severities: { info: 'info', warning: 'warning', critical: 'critical' } satisfies Record<Severity, string>,
  states: { ok: 'ok', pending: 'pending', firing: 'firing', unknown: 'unknown' } satisfies Record<
    State,
    string
  >,
  firingCount: (number: number) => (number === 1 ? '1 alert fires' : `${number} alerts fire`),
  blind: (reason: string) => `The monitor itself sees nothing: ${reason}`,
  undo: 'Undo',
  save: 'Save',
  cancel: 'Cancel',
  remove: 'Delete',
  edit: 'Edit',
  optional: 'optional',

  now: {
    wellTitle: 'Nothing fires',
    unsureTitle: 'What fires is not known',
    well: (time: string) => `All rules were last looked at: ${time}.`,
    never: 'The rules have not been looked at yet.',
    waiting: (number: number) => `${count(number, 'is', 'are')} pending: not yet for long enough`,
    unknown: (number: number) => `${count(number, 'is', 'are')} unknown: no data, or too little of it`,
    since: 'Since',
    host: 'Host',
    what: 'What',
    noHost: 'the monitor',
    charts: (host: string) => `Charts of ${host} at that time`,
    acknowledge: 'Acknowledge',
    acknowledgeAll: 'Acknowledge all',
    acknowledged: (by: string, time: string) => `seen by ${by}, ${time}`,
    takeBack: 'Take back',
    silence: 'Silence',
    silenced: 'silenced',
    silenceFor: 'For',
    hours: [
      [1, '1 h'],
      [4, '4 h'],
      [24, '1 day'],
      [168, '7 days']
    ] as const,
    reason: 'Reason',
    reasonDefault: 'being worked on',
    silenceThis: 'Silence this alert',
    silenceRule: 'Silence the rule',
    silencedNow: (what: string) => `${what} is silenced`,
    quick: 'this alert'
  },

  rules: {
    new: 'New rule',
    list: 'Rules',
    none: 'There is no rule: nothing will ever be told.',
    name: 'Rule',
    what: 'Warns when',
    status: 'Status',
    on: 'On',
    switch: (name: string) => `${name} is looked at`,
    off: 'switched off',
    notYet: 'not looked at yet',
    nothing: 'matches nothing',
    nothingHint: 'No host or series is looked at: is the metric, a label or a host spelled wrong?',
    counts: (number: number, state: State) => `${number} ${state}`,
    file: 'from RULES_FILE: changed only there',
    deleted: (name: string) => `${name} is deleted.`,
    export: 'Export as YAML'
  },

  conditions: {
    threshold: (series: string, over: string, window: string, is: string) =>
      `${series}: ${over} in ${window} is ${is}`,
    noData: (series: string, after: string) => `${series} stops for ${after}`,
    hostDown: (after: string) => `nothing comes from a host for ${after}`,
    logMatch: (lines: number, query: string, window: string) =>
      `${lines === 1 ? 'a line matches' : `${lines} lines or more match`} “${query}” in ${window}`,
    forecast: (series: string, limit: string, within: string) =>
      `${series} reaches ${limit} within ${within}`,
    blind: (behind: string) => `nothing arrives, or data waits for ${behind}`
  },

  editor: {
    titleNew: 'New rule',
    kinds: {
      threshold: 'A metric passes a value',
      'no-data': 'A series stops coming',
      'host-down': 'A host stops sending',
      'log-match': 'Log lines match a search',
      forecast: 'A metric will reach a limit soon',
      blind: 'The monitor itself sees nothing'
    } satisfies Record<Condition['kind'], string>,
    name: 'Name',
    nameHint: 'What messages call it.',
    kind: 'Warn when',
    metric: 'Metric',
    where: 'Only series with',
    whereHint: 'A value takes * and ?; a leading ! turns it round.',
    label: 'Label',
    value: 'Value',
    addLabel: 'Add a label',
    removeLabel: 'Take it away',
    agg: 'Over the window',
    aggs: {
      avg: 'its mean',
      min: 'its least value',
      max: 'its greatest value',
      sum: 'its sum',
      count: 'its number of samples',
      last: 'its last value'
    },
    window: 'Window',
    across: 'Series of a host',
    acrosses: {
      '': 'each by itself',
      sum: 'their sum',
      avg: 'their mean',
      min: 'the least of them',
      max: 'the greatest of them'
    },
    by: 'Kept apart by',
    byHint: 'Labels, with commas.',
    op: 'Is',
    ops: { '>': 'above', '>=': 'at or above', '<': 'below', '<=': 'at or below' },
    limit: 'Limit',
    recover: 'Over again at',
    recoverHint: 'Leave it empty for the same value; another one keeps it from flapping.',
    after: 'After',
    query: 'Search',
    queryHint: 'As in the search of the logs page.',
    count: 'Lines of one host, or more',
    within: 'Nearer than',
    behind: 'Data waits for',
    hosts: 'Hosts',
    hostsHint: 'Names with * and ?, with commas; a leading ! leaves hosts out.',
    for: 'For',
    forHint: '0s: at once.',
    remind: 'Remind every',
    remindHint: 'Empty: never.',
    labels: 'Labels of the rule',
    labelsHint: 'For routes and silences: team=web, service=shop',
    note: 'Note',
    noteHint: 'What to do about it: part of every message.',
    duration: '30s, 5m, 24h or 7d',
    missing: 'There is no such rule.',
    remarks: 'Worth a look',
    saved: (name: string) => `${name} is saved.`,
    readOnly: 'This rule comes from RULES_FILE and is changed only there.'
  },

  preview: {
    title: 'What it would have done',
    days: 'Over the last',
    dayChoices: [
      [1, 'day'],
      [7, '7 days'],
      [30, '30 days']
    ] as const,
    waiting: 'Write the rule: then this shows when it would have fired.',
    running: 'Running it over the past …',
    total: (number: number) =>
      number === 0
        ? 'It would not have fired.'
        : `It would have fired ${number === 1 ? 'once' : `${number} times`}`,
    messages: (number: number) => `with ${count(number, 'message', 'messages')} to each channel.`,
    strip: (answer: PreviewAnswer, hosts: number) =>
      `Firings over time: ${count(answer.total, 'firing', 'firings')} of ${count(hosts, 'host or series', 'hosts and series')}`,
    others: (number: number) => `${number} more`,
    newest: 'The newest',
    from: 'From',
    lasted: 'For',
    still: 'until now',
    worst: 'Worst',
    listed: (number: number) => `The newest ${number} are drawn.`,
    source: {
      raw: 'from all samples',
      '1m': 'from minutes, and samples as far as they reach',
      '1h': 'from hours, then minutes, then samples',
      lines: 'from log lines',
      heartbeats: 'from when hosts sent'
    } satisfies Record<PreviewAnswer['resolution'], string>
  },

  silences: {
    new: 'New silence',
    list: 'Silences and maintenance windows',
    none: 'Nothing is silenced.',
    noneText:
      'A silence keeps alerts from being told, for some hours or every week at the same time. They are still found, and shown here.',
    standing: 'Standing',
    covers: 'Covers',
    when: 'When',
    reason: 'Reason',
    by: 'By',
    end: 'End',
    ended: (what: string) => `The silence “${what}” has ended.`,
    active: 'now',
    later: 'later',
    over: 'over',
    showEnded: 'Show those that are over',
    until: (time: string) => `until ${time}`,
    from: (time: string) => `from ${time}`,
    everything: 'everything',
    hosts: 'Hosts',
    rules: 'Rules',
    namesHint: 'Names with * and ?, with commas; * means all.',
    kind: 'It holds',
    once: 'Until a time',
    weekly: 'Every week (maintenance)',
    days: 'On',
    dayNames: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
    at: 'At',
    lasts: 'For',
    zone: 'By the clocks of',
    recurs: (days: string, at: string, lasts: string, zone: string) =>
      `${days} at ${at} for ${lasts} (${zone})`
  },

  history: {
    list: 'What happened',
    none: 'Nothing has happened yet.',
    noneFound: 'Nothing matches.',
    time: 'Time',
    rule: 'Rule',
    host: 'Host',
    any: 'Any severity',
    what: 'What',
    older: 'Load older',
    many: (number: number) => `${number} hosts or series`,
    people: (summary: string, by: string) => `${summary} (${by})`,
    clear: 'Clear the filters'
  },

  channels: {
    new: 'New channel',
    list: 'Channels',
    none: 'Nobody is told.',
    noneText:
      'Alerts are shown here only. A channel sends them to Slack, Discord, Teams, e-mail, or a program of your own.',
    name: 'Name',
    kind: 'Kind',
    kinds: {
      slack: 'Slack',
      webhook: 'Webhook',
      email: 'E-mail',
      discord: 'Discord',
      teams: 'Microsoft Teams'
    },
    target: 'Goes to',
    last: 'Last sent',
    never: 'never',
    failed: (error: string) => `failed: ${error}`,
    waiting: (number: number) => `${number} waiting`,
    test: 'Send a test',
    testing: (name: string) => `A test is on its way to ${name}.`,
    on: 'On',
    switch: (name: string) => `${name} is sent to`,
    url: 'URL',
    urlHint: 'The webhook URL that the service gave you. It is never shown again.',
    secret: 'Secret',
    secretHint: 'Signs each body; at least 8 characters. It is never shown again.',
    server: 'Mail server',
    serverHint: 'smtps://user:password@mail.example.org:465. It is never shown again.',
    kept: 'Empty: as it is.',
    from: 'Sender',
    to: 'Recipients',
    toHint: 'Addresses, with commas.',
    template: 'Text',
    templateHint: 'Mustache, instead of the usual text; leave it empty for that.',
    preview: 'How a message would read',
    deleted: (name: string) => `${name} is deleted.`,
    deleting: (name: string) => `${name} will be deleted.`
  },

  routes: {
    title: 'Who is told of what',
    text: 'The first route that matches says which channels are told. Without any, every channel is told everything.',
    add: 'Add a route',
    severities: 'Severities',
    anySeverity: 'any',
    when: 'When',
    tell: 'Tell',
    nobody: 'Nobody is told.',
    hosts: 'Hosts',
    labels: 'Labels',
    labelsHint: 'team=web, service=shop*',
    channels: 'Channels',
    goOn: 'Then look at later routes too',
    up: 'Move up',
    remove: 'Remove',
    save: 'Save the routes',
    saved: 'The routes are saved.',
    nth: (number: number) => `Route ${number}`
  }
}
