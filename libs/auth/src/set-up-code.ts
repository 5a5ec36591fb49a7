/** What shows that whoever makes the first user is who started the server: a code in the server's log. */
import { createHmac } from 'node:crypto'

/** Nothing that is taken for one another. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'

/** From `SESSION_SECRET`, so that it is the same in every copy and after a restart: 59 bits. */
export function setUpCode(secret: string): string {
  const bytes = createHmac('sha256', secret).update('the set-up code').digest()
  let number = bytes.readBigUInt64BE()
  const letters = Array.from({ length: 12 }, () => {
    const letter = ALPHABET[Number(number % BigInt(ALPHABET.length))]
    number /= BigInt(ALPHABET.length)
    return letter
  }).join('')
  return (letters.match(/.{4}/g) ?? []).join('-')
}
