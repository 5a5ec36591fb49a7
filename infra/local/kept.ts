/** What a local PostgreSQL or Redis keeps beside its data, so that its address stays the same over restarts. */
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { freePort, whyNotFree } from './ports.ts'

export interface Kept {
  port: number
  password: string
}

/** Reads what `file` keeps, or makes it up; another port is chosen and kept when somebody took the old one. */
export async function kept(file: string): Promise<Kept> {
  const before = read(file)
  const now = {
    port: before?.port && !(await whyNotFree(before.port)) ? before.port : await freePort(),
    password: before?.password ?? randomBytes(18).toString('base64url')
  }
  if (now.port !== before?.port || now.password !== before.password) {
    writeFileSync(file, JSON.stringify(now), { mode: 0o600 })
  }
  return now
}

function read(file: string): Kept | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Kept
  } catch {
    return undefined
  }
}
