/** What this host is, read once at start and sent beside the series list. */
import { arch, cpus, platform, release, totalmem } from 'node:os'
import type { HostInfo } from '@miniobserv/protocol'
import manifest from '../package.json' with { type: 'json' }
import { readBelow } from './collect/sample.ts'

export const AGENT_VERSION = manifest.version

/** @param root where etc and sys are: `/`, or a fixture tree */
export async function hostFacts(root: string): Promise<HostInfo> {
  const { os, model } = platform() === 'linux' ? linuxFacts(root) : await portableFacts()
  const facts: HostInfo = {
    'os.type': platform(),
    'os.kernel': release(),
    'host.arch': arch(),
    'host.cpu.model': cpus()[0]?.model.trim() ?? '',
    'host.cpu.count': cpus().length,
    'host.memory.bytes': totalmem(),
    'agent.version': AGENT_VERSION
  }
  if (os) facts['os.description'] = os
  if (model) facts['host.model'] = model
  return facts
}

function linuxFacts(root: string): { os: string; model: string } {
  const text = (path: string) => {
    try {
      return readBelow(root)(path).trim()
    } catch {
      return ''
    }
  }
  const os = /^PRETTY_NAME="?([^"\n]*)/m.exec(text('etc/os-release'))?.[1] ?? ''
  const dmi = ['sys_vendor', 'product_name'].map((name) => text(`sys/class/dmi/id/${name}`))
  // Boards without DMI (most of ARM) name themselves in the device tree.
  const model = dmi.filter((part) => part !== '').join(' ') || text('proc/device-tree/model')
  return { os, model: model.replaceAll('\0', '') }
}

async function portableFacts(): Promise<{ os: string; model: string }> {
  const { default: si } = await import('systeminformation')
  const [os, system] = [await si.osInfo(), await si.system()]
  return { os: `${os.distro} ${os.release}`.trim(), model: `${system.manufacturer} ${system.model}`.trim() }
}
