/** Ports that stay free while their program is down. */
import { whyNotFree } from '../../local/ports.ts'

/**
 * A free port below those that systems give to outgoing connections (from 32768 on Linux, 49152 elsewhere): while a
 * killed program is down, no client of anybody's gets its port by chance, not even the one that tries to reach it.
 */
export async function quietPort(): Promise<number> {
  for (;;) {
    const port = 12_000 + Math.floor(Math.random() * 20_000)
    if (!(await whyNotFree(port))) return port
  }
}
