/** What the page says about people: signing in, the first user, users, API tokens, sessions, and who changed what. */
import type { KeptBy, RefusedReason, Role, Scope } from '@miniobserv/protocol'

export const people = {
  roles: { viewer: 'Viewer', editor: 'Editor', admin: 'Admin' } satisfies Record<Role, string>,
  rolesMay: {
    viewer: 'sees everything but people and secrets',
    editor: 'changes rules, silences and dashboards too',
    admin: 'manages users, tokens and jobs too'
  } satisfies Record<Role, string>,
  scopes: { read: 'Read', write: 'Read and change', admin: 'Everything' } satisfies Record<Scope, string>,
  lacks: (role: string) => `This takes the role ${role}. Ask an admin for it.`,

  signIn: {
    title: 'Sign in',
    username: 'User name',
    password: 'Password',
    submit: 'Sign in',
    busy: 'Signing in …',
    expired: 'Your session has ended. Sign in to go on where you were.',
    hintTitle: 'First start?',
    hint: ['The password is the setting', 'makes one up, prints it once and keeps it in'] as const,
    or: 'or',
    provider: (name: string) => `Sign in with ${name}`,
    refused: {
      provider_unreachable: 'The provider does not answer. Try again in a moment.',
      provider_refused: 'The provider did not sign you in. Try again.',
      no_role: 'You are known there, but nobody has given you a role here. Ask an admin.',
      username_taken: 'Another user here has your name already. Ask an admin.'
    } as Record<string, string>
  },

  setUp: {
    title: 'Make the first user',
    text: 'Nobody can sign in yet. The first user is an admin, who makes the others.',
    code: 'Set-up code',
    codeHint: 'The server has written it to its log: look for “set-up code”.',
    username: 'User name',
    password: 'Password',
    passwordHint: 'At least 10 characters. A sentence is fine.',
    submit: 'Make the user and sign in'
  },

  account: {
    signedInAs: (name: string) => `You are ${name}.`,
    password: 'Change your password',
    current: 'Present password',
    fresh: 'New password',
    submit: 'Change the password',
    done: 'Changed. Your other sessions have ended.',
    kept: {
      here: '',
      setting:
        'Your password is the setting ADMIN_PASSWORD, and holds from each start of the server: whoever runs it changes it there. Make a user of your own for everyday work.',
      provider: 'You sign in at your provider, which keeps your password and your role.'
    } satisfies Record<KeptBy, string>
  },

  users: {
    list: 'Users',
    name: 'Name',
    role: 'Role',
    roleOf: (name: string) => `Role of ${name}`,
    kept: 'Password',
    keptBy: {
      here: 'kept here',
      setting: 'ADMIN_PASSWORD',
      provider: 'at the provider'
    } satisfies Record<KeptBy, string>,
    signedIn: 'Last signed in',
    never: 'never',
    newPassword: 'New password',
    newPasswordOf: (name: string) => `New password of ${name}`,
    changed: (name: string) => `${name} has a new password and is signed out everywhere.`,
    remove: 'Delete',
    removeSure: 'Delete for good?',
    add: 'Make a user',
    password: 'First password',
    invent: 'Make one up',
    passwordHint: 'At least 10 characters. Give it to them; they change it under Account.',
    submit: 'Make the user',
    save: 'Save',
    cancel: 'Cancel'
  },

  tokens: {
    list: 'API tokens',
    text: 'For programs: sent as Authorization: Bearer mo_… A token may never do more than the user who made it, and goes with them.',
    none: 'There are no tokens yet.',
    name: 'Name',
    scope: 'May',
    start: 'Begins with',
    owner: 'Made by',
    used: 'Last used',
    never: 'never',
    from: (when: string, address: string) => `${when} from ${address}`,
    expires: 'Ends',
    noEnd: 'never',
    ended: 'has ended',
    remove: 'Take back',
    removeSure: 'Take it back?',
    add: 'Make a token',
    submit: 'Make the token',
    life: 'Ends',
    lives: { 30: 'in 30 days', 90: 'in 90 days', 365: 'in a year', 0: 'never' } as Record<number, string>,
    made: 'This is the only time that it is shown. Copy it now.'
  },

  sessions: {
    list: 'Sessions',
    everybody: "Everybody's",
    user: 'User',
    browser: 'Browser',
    unknown: 'unknown',
    address: 'Address',
    opened: 'Signed in',
    used: 'Last used',
    current: 'this one',
    end: 'End',
    endOf: (browser: string) => `End the session of ${browser}`,
    endOthers: 'End all my others',
    note: 'An ended session is refused everywhere within ten seconds.'
  },

  audit: {
    list: 'Audit log',
    when: 'When',
    who: 'Who',
    what: 'What',
    from: 'From',
    user: 'Only this user',
    token: (name: string) => `by token ${name}`,
    body: 'What was sent',
    /** By method and route, as the OpenAPI document names it. */
    did: {
      'POST /api/v1/set-up': 'First user made',
      'POST /api/v1/session': 'Signed in',
      'DELETE /api/v1/session': 'Signed out',
      'GET /api/v1/oidc/callback': 'Signed in at the provider',
      'PUT /api/v1/session/password': 'Own password changed',
      'DELETE /api/v1/sessions': 'Own other sessions ended',
      'DELETE /api/v1/sessions/:id': 'Session ended',
      'POST /api/v1/users': 'User made',
      'PATCH /api/v1/users/:id': 'User changed',
      'DELETE /api/v1/users/:id': 'User deleted',
      'POST /api/v1/tokens': 'API token made',
      'DELETE /api/v1/tokens/:id': 'API token taken back',
      'POST /api/v1/hosts/remove': 'Hosts taken off the list',
      'POST /api/v1/hosts/restore': 'Hosts put back on the list',
      'POST /api/v1/dashboards': 'Dashboard made',
      'PUT /api/v1/dashboards/:id': 'Dashboard changed',
      'DELETE /api/v1/dashboards/:id': 'Dashboard deleted',
      'POST /api/v1/rules': 'Rule made',
      'PUT /api/v1/rules/:id': 'Rule changed',
      'DELETE /api/v1/rules/:id': 'Rule deleted',
      'POST /api/v1/alerts/:id/acknowledge': 'Alert acknowledged',
      'DELETE /api/v1/alerts/:id/acknowledge': 'Acknowledgement taken back',
      'POST /api/v1/silences': 'Silence made',
      'PUT /api/v1/silences/:id': 'Silence changed',
      'DELETE /api/v1/silences/:id': 'Silence ended',
      'POST /api/v1/channels': 'Channel made',
      'PUT /api/v1/channels/:id': 'Channel changed',
      'DELETE /api/v1/channels/:id': 'Channel deleted',
      'POST /api/v1/channels/:id/test': 'Test sent to a channel',
      'PUT /api/v1/channels/routes': 'Routes of alerts changed',
      'POST /api/v1/notifications/:id/retry': 'Failed message sent again'
    } as Record<string, string>,
    older: 'Load older entries',
    none: 'Nothing has been changed yet.',
    many: 'not known, or several',
    refused: {
      wrong_password: 'Wrong password',
      unknown_name: 'Nobody has this name',
      wrong_code: 'Wrong set-up code',
      too_many_attempts: 'Too many attempts',
      provider_unreachable: 'The provider did not answer',
      provider_refused: 'The provider did not sign them in',
      no_role: 'Known at the provider, but without a role here',
      username_taken: 'Another user has this name'
    } satisfies Record<RefusedReason, string>,
    times: (times: number, last: string) => `${times} times, last ${last}`
  }
}
