/** Bytes, packets, errors and drops of each network interface, from net/dev of a process. */
import { METRICS } from '@miniobserv/protocol'
import { createRates } from './rates.ts'
import { type Collect, type Read, type Sample, witness } from './sample.ts'

/** Loopback, and what container engines and tunnels make by the dozen: their traffic crosses a real interface too. */
const VIRTUAL =
  /^(lo\d*|veth.*|docker.*|br-[0-9a-f]{12}|virbr.*|vnet\d+|tap.*|podman\d+|cni.*|flannel.*|cali.*|cilium_.*|lxc.*|kube-.*|nodelocaldns|ifb\d+|dummy\d+|sit\d+|ip6tnl\d+|tunl\d+|gre\d+|gretap\d+|erspan\d+|ip6gre\d+|ip_vti\d+|ip6_vti\d+|teql\d+)$/

export const isReal = (name: string): boolean => !VIRTUAL.test(name)

export function network(read: Read, root: string): Collect {
  const rates = createRates()
  return (at) => {
    const interfaces: [string, number[]][] = []
    const text = read(`proc/${witness(root)}/net/dev`)
    for (const line of text.split('\n').slice(2)) {
      const colon = line.lastIndexOf(':')
      const name = line.slice(0, colon).trim()
      if (colon > 0 && isReal(name))
        interfaces.push([
          name,
          line
            .slice(colon + 1)
            .trim()
            .split(/\s+/)
            .map(Number)
        ])
    }
    interfaces.sort(([a], [b]) => (a < b ? -1 : 1))
    const samples = interfaces.flatMap(([name, columns]) => {
      // Receive has eight columns before transmit: bytes, packets, errors, dropped, …
      const counters = [0, 8, 1, 9, 2, 10, 3, 11].map((at) => columns[at] ?? 0)
      return networkSamples(name, rates.of(name, counters, at))
    })
    rates.settle(at)
    return samples
  }
}

/** @param rates bytes, packets, errors, dropped, each received then transmitted, per second */
export function networkSamples(name: string, rates: (number | null)[]): Sample[] {
  const metrics = [METRICS.networkIo, METRICS.networkPackets, METRICS.networkErrors, METRICS.networkDropped]
  return metrics.flatMap((metric, index) =>
    ['receive', 'transmit'].map((direction, side) => ({
      metric,
      labels: { 'network.interface.name': name, 'network.io.direction': direction },
      value: rates[2 * index + side] ?? null
    }))
  )
}
