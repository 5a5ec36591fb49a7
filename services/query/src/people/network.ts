/** Where guesses come from: an address, or of IPv6 the network that one customer has. */

/** Longer is no address, whatever a header says. */
const LONGEST = 60

/** Who has one IPv6 address has a network of 2^64. */
export function networkOf(address: string): string {
  if (!address.includes(':') || /\.\d+$/.test(address)) return address.slice(0, LONGEST)
  const [head = '', tail] = address.split('::')
  const groups = head.split(':')
  if (tail !== undefined) {
    const after = tail.split(':').filter(Boolean)
    while (groups.length + after.length < 8) groups.push('0')
    groups.push(...after)
  }
  return groups.slice(0, 4).join(':').slice(0, LONGEST)
}
