/** Makes a password up, as the server does: 79 bits in letters and digits that are not taken for one another. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'

export function inventPassword(): string {
  const groups = Array.from({ length: 4 }, () => Array.from({ length: 4 }, letter).join(''))
  return groups.join('-')
}

/** Every letter as likely: numbers beyond the last whole multiple are drawn again. */
function letter(): string {
  const most = 256 - (256 % ALPHABET.length)
  for (;;) {
    const [byte = 255] = crypto.getRandomValues(new Uint8Array(1))
    if (byte < most) return ALPHABET.charAt(byte % ALPHABET.length)
  }
}
