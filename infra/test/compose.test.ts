/** docker-compose.yml gives each service the settings that it has, and .env.example names all that can be set. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { alerter } from '@miniobserv/alerter'
import { ingest } from '@miniobserv/ingest'
import { query } from '@miniobserv/query'
import { web } from '@miniobserv/web'
import { writer } from '@miniobserv/writer'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { Settings as AgentSettings } from '../../agent/src/config.ts'
import { settingsOf } from '../../libs/service/src/env.ts'

const INFRA = join(import.meta.dirname, '..')
const text = readFileSync(join(INFRA, 'docker-compose.yml'), 'utf8')
const { services } = parse(text, { merge: true }) as {
  services: Record<string, { environment?: Record<string, string | null> }>
}
const example = readFileSync(join(INFRA, '.env.example'), 'utf8')

const SETTINGS = {
  ...{ ingest: settingsOf([ingest], 8081), writer: settingsOf([writer], 8085) },
  ...{ query: settingsOf([query], 8082), alerter: settingsOf([alerter], 8083), web: settingsOf([web], 8084) },
  agent: AgentSettings
}
type Name = keyof typeof SETTINGS
const names = Object.keys(SETTINGS) as Name[]
const has = (name: Name) => SETTINGS[name].properties as Record<string, { default?: unknown }>
const given = (name: Name) => services[name]?.environment ?? {}

/** The image sets the first two, and `stop_grace_period` counts on the others. */
const LEFT = ['HOST', 'TRUST_PROXY', 'DRAIN', 'STOP_TIMEOUT']

test.each(names)('%s is given every setting that it has, and no other', (name) => {
  const settings = Object.keys(has(name)).filter((setting) => !LEFT.includes(setting))
  expect(Object.keys(given(name)).sort()).toEqual(settings.sort())
})

test('.env.example names whatever can be set, and nothing else', () => {
  const passedOn = names.flatMap((name) =>
    Object.entries(given(name)).flatMap(([setting, value]) => (value === null ? [setting] : []))
  )
  const tuned = ['TS_TUNE_MEMORY', 'TS_TUNE_NUM_CPUS']
  const filledIn = [...text.matchAll(/\$\{(\w+)/g)].map(([, variable]) => variable as string)
  const named = [...example.matchAll(/^#?([A-Z][A-Z\d_]+)=/gm)].map(([, variable]) => variable as string)
  expect(named.sort()).toEqual([...new Set([...passedOn, ...tuned, ...filledIn])].sort())
})

test('what .env.example says holds unless set is what holds', () => {
  const wrong: string[] = []
  const [, limits = ''] = example.split('as they are unless set')
  const shown = [...limits.matchAll(/^#([A-Z][A-Z\d_]+)=(.*)$/gm)].filter(([, name]) => name !== 'VERSION')
  expect(shown.length).toBeGreaterThan(20)
  for (const [, setting = '', value] of shown) {
    for (const name of names.filter((name) => setting in has(name))) {
      const { default: really } = has(name)[setting] ?? {}
      if (String(really) !== value) wrong.push(`${name}: ${setting} is ${really}, not ${value}`)
    }
  }
  for (const [, variable = '', value] of text.matchAll(/\$\{(\w+):-([^}]+)\}/g)) {
    const [, shown] = new RegExp(`^#${variable}=(.*)$`, 'm').exec(example) ?? []
    if (shown !== value && variable !== 'SITE_ADDRESS') wrong.push(`${variable} is ${value}, not ${shown}`)
  }
  expect(wrong).toEqual([])
})

test('the images run the Node that the packages pin', () => {
  const lock = JSON.parse(readFileSync(join(INFRA, '../package-lock.json'), 'utf8'))
  const dockerfile = readFileSync(join(INFRA, 'Dockerfile'), 'utf8')
  expect(dockerfile).toContain(`ARG NODE=node:${lock.packages['node_modules/node'].version}-`)
})
