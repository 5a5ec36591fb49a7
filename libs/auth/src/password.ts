/** Passwords at rest: scrypt, with its costs beside each hash, so that they can be raised later. */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { takeTurns } from './turns.ts'

const derive = promisify(
  (
    text: string,
    salt: Buffer,
    bytes: number,
    options: ScryptOptions,
    done: (e: Error | null, key: Buffer) => void
  ) => scrypt(text, salt, bytes, options, done)
)

/** One of the sets of costs that OWASP's password storage cheat sheet gives for scrypt: 32 MiB, three times over. */
const COST = { ln: 15, r: 8, p: 3 }
const BYTES = 32

/** @returns a PHC string: `$scrypt$ln=15,r=8,p=3$salt$hash`  @throws {BusyError} */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const { ln, r, p } = COST
  return `$scrypt$ln=${ln},r=${r},p=${p}$${base64(salt)}$${base64(await scryptOf(password, salt, COST))}`
}

/**
 * Whether it is the password of this hash. Without one it is not, which takes as long to find out.
 *
 * @throws {BusyError}
 */
export async function verifyPassword(password: string, phc: string | null): Promise<boolean> {
  const [, ln, r, p, salt, hash] = PHC.exec(phc ?? '') ?? []
  if (!salt || !hash) {
    await scryptOf(password, NOBODY, COST)
    return false
  }
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) }
  const expected = Buffer.from(hash, 'base64')
  return timingSafeEqual(await scryptOf(password, Buffer.from(salt, 'base64'), cost), expected)
}

const PHC = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([A-Za-z\d+/]+)\$([A-Za-z\d+/]{43})$/
const NOBODY = randomBytes(16)

/**
 * Of Node's four threads scrypt gets two, however many try to sign in: the others look up names for new connections, read
 * files and compress answers. What waits is some eight seconds of work; nobody would wait for longer.
 */
const inTurn = takeTurns(2, 64)

/** Accents may be typed as one character or as two: NFKC makes them one. */
function scryptOf(password: string, salt: Buffer, { ln, r, p }: typeof COST): Promise<Buffer> {
  const cost = { N: 2 ** ln, r, p, maxmem: 256 * 2 ** ln * r }
  return inTurn(() => derive(password.normalize('NFKC'), salt, BYTES, cost))
}

const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '')
