/** Who may import whom: section by section as ARCHITECTURE.md draws it. Tests may import the testkit besides. */
const only = (name, from, to, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: '/test/' },
  to: { path: '^(agent|libs|services|infra)/', pathNot: [to, from.replace('^', '^')] }
})

module.exports = {
  forbidden: [
    only('protocol-imports-nothing', '^libs/protocol/', '^$', 'The browser imports it: shapes only.'),
    only(
      'settings-imports-nothing',
      '^libs/settings/',
      '^$',
      'Every program reads its settings with it, the agent too.'
    ),
    only('low-libs', '^libs/auth/', '^libs/protocol/', 'auth stands on protocol alone.'),
    only('stream-libs', '^libs/stream/', '^libs/protocol/', 'stream stands on protocol alone.'),
    only('db-libs', '^libs/db/', '^libs/protocol/', 'db stands on protocol alone.'),
    only(
      'service-lib',
      '^libs/service/',
      '^libs/(protocol|settings|stream|db)/',
      'service opens the handles.'
    ),
    only(
      'log-search-libs',
      '^libs/log-search/',
      '^libs/(service|protocol|db)/',
      'log-search is what services that search lines have in common.'
    ),
    only(
      'access-libs',
      '^libs/access/',
      '^libs/(auth|service|protocol|settings|db)/',
      'access guards routes: it stands on what hosts them.'
    ),
    ...['ingest', 'writer', 'query', 'alerter', 'web'].map((service) =>
      only(
        `${service}-stands-alone`,
        `^services/${service}/`,
        '^libs/',
        'A service never imports another one.'
      )
    ),
    only(
      'agent-stands-alone',
      '^agent/',
      '^libs/(protocol/|settings/|auth/src/mint\\.ts)',
      'It mints tokens, and reads nothing.'
    ),
    only(
      'page-imports-shapes',
      '^services/web/ui/',
      '^libs/protocol/',
      'Only the shapes on the wire reach the browser.'
    ),
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true }
    },
    {
      name: 'no-unresolved',
      severity: 'error',
      from: { pathNot: '\\.svelte$' },
      to: { couldNotResolve: true }
    },
    {
      name: 'declared-dependencies',
      comment: 'What a package imports, its own package.json names.',
      severity: 'error',
      from: { pathNot: '/test/|^infra/(e2e|testkit)/|^[^/]+$' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'] }
    }
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.svelte']
    }
  }
}
