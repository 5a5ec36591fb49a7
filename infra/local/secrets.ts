/** The secrets of an installation on one machine: given, or generated once and kept beside the data. */
import { randomBytes, randomInt } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readSettings, Secret } from '@miniobserv/settings'
import Type from 'typebox'

/** Under the names of their settings. */
export interface LocalSecrets {
  AGENT_TOKEN: string
  ADMIN_PASSWORD: string
  SESSION_SECRET: string
}

const Given = Type.Partial(
  Type.Object({ AGENT_TOKEN: Secret(), ADMIN_PASSWORD: Secret(), SESSION_SECRET: Secret() })
)

const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'

/** Where the generated ones are kept. */
export const secretsFile = (dataDir: string): string => join(dataDir, 'secrets.json')

/** The settings that can be made up, and how. */
const GENERATE: Record<keyof LocalSecrets, () => string> = {
  AGENT_TOKEN: () => randomBytes(32).toString('base64url'),
  ADMIN_PASSWORD: password,
  SESSION_SECRET: () => randomBytes(32).toString('base64url')
}

/**
 * What is set in `env` (or named there by `NAME_FILE`) counts; what is not is generated once and kept in
 * `<dataDir>/secrets.json`, which only its owner can read. What was given is never written down.
 *
 * @throws where the file is there and cannot be used: with other secrets every agent would be locked out.
 */
export function localSecrets(dataDir: string, env: Record<string, string | undefined>): LocalSecrets {
  return secrets(dataDir, env, ['AGENT_TOKEN', 'ADMIN_PASSWORD', 'SESSION_SECRET']) as LocalSecrets
}

/** The same for a server alone, which makes up no password: who is to be its admin chooses one at the page. */
export function serverSecrets(
  dataDir: string,
  env: Record<string, string | undefined>
): Partial<LocalSecrets> {
  return secrets(dataDir, env, ['AGENT_TOKEN', 'SESSION_SECRET'])
}

function secrets(
  dataDir: string,
  env: Record<string, string | undefined>,
  needed: readonly (keyof LocalSecrets)[]
): Partial<LocalSecrets> {
  const file = secretsFile(dataDir)
  const given = readSettings(Given, env)
  const before = readKept(file)
  const kept = { ...before }
  for (const name of needed) if (!given[name]) kept[name] ??= GENERATE[name]()
  if (JSON.stringify(kept) !== JSON.stringify(before)) write(dataDir, file, kept)
  return { ...kept, ...given }
}

/** Whole or not at all, and readable by its owner alone from its first byte on. */
function write(dataDir: string, file: string, kept: Partial<LocalSecrets>): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const fresh = `${file}.${process.pid}`
  writeFileSync(fresh, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 })
  renameSync(fresh, file)
}

function readKept(file: string): Partial<LocalSecrets> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Partial<LocalSecrets>
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new Error(
      `${file} cannot be used: ${(error as Error).message}. Mend it, or delete it to get new secrets.`
    )
  }
}

/** 99 bits in letters and digits that are not taken for one another, in groups that can be read out. */
function password(): string {
  const group = () => Array.from({ length: 5 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
  return [group(), group(), group(), group()].join('-')
}
