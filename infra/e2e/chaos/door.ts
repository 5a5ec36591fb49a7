/** What stands before the gateways: a proxy that cuts connections, or Caddy with the committed configuration. */
import { caddyProgram } from '../../local/caddy-program.ts'
import { startCaddy } from '../../testkit/caddy.ts'
import { type ChaosProxy, startProxy } from './proxy.ts'

export interface Door extends ChaosProxy {
  /** For the report. */
  name: string
}

export async function openDoor(caddy: boolean, ports: readonly number[]): Promise<Door> {
  if (!caddy) return { name: 'a proxy that cuts connections', ...(await startProxy(() => [...ports])) }
  const program = caddyProgram(process.env.PATH)
  if (!program) throw new Error('There is no Caddy here, and none from apt. Install it: apt install caddy')
  const { url, stop } = await startCaddy(program, {
    INGEST_UPSTREAMS: ports.map((port) => `127.0.0.1:${port}`).join(' ')
  })
  return { name: 'Caddy', url, cut: () => 0, close: stop }
}
