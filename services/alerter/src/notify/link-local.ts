/** Addresses that nothing is sent to: those at which a cloud tells its machines their secrets. */
import { promises as dns, type LookupAddress } from 'node:dns'
import { BlockList } from 'node:net'
import { SendError } from './send-error.ts'

const forbidden = new BlockList()
forbidden.addSubnet('169.254.0.0', 16, 'ipv4') // RFC 3927
forbidden.addSubnet('fe80::', 10, 'ipv6') // RFC 4291
forbidden.addAddress('fd00:ec2::254', 'ipv6') // Amazon
forbidden.addAddress('100.100.100.200', 'ipv4') // Alibaba

const everyAddress = (hostname: string): Promise<LookupAddress[]> => dns.lookup(hostname, { all: true })

/**
 * @param hostname of a URL
 * @throws {SendError} final, where one of its addresses is such a one
 */
export async function refuseLinkLocal(hostname: string, lookup = everyAddress): Promise<void> {
  const addresses = await lookup(hostname.replace(/^\[|\]$/g, ''))
  if (!addresses.some(({ address, family }) => forbidden.check(address, family === 6 ? 'ipv6' : 'ipv4')))
    return
  throw new SendError('nothing is sent to link-local addresses', { final: true })
}
