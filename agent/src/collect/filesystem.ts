/** Space of each real filesystem, from the mountinfo of a process and statfs(2). */
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { METRICS } from '@miniobserv/protocol'
import { type Collect, type Read, ratio, type Sample, witness } from './sample.ts'

export interface Mount {
  device: string
  mountpoint: string
  type: string
}

/** Counts of blocks of `frsize` bytes. */
export interface Space {
  blocks: number
  bfree: number
  bavail: number
  frsize: number
}
export type Statfs = (path: string) => Promise<Space>

/** Those that hold data: no tmpfs or proc, no squashfs or iso9660 (always full), no overlay (the disk below counts). */
const REAL =
  /^(ext[234]|xfs|btrfs|zfs|bcachefs|f2fs|jfs|reiserfs|nilfs2|vfat|exfat|msdos|ntfs3?|fuseblk|hfsplus|apfs|ufs|nfs4?|cifs|smb3|9p|virtiofs|ceph|glusterfs|fuse\.glusterfs|lustre|gpfs|ocfs2|gfs2)$/
/** What container engines mount over single files. */
const FILES = new Set(['/etc/hosts', '/etc/hostname', '/etc/resolv.conf'])

const PATIENCE_MS = 2_000
/** Each call that hangs (a server of NFS that went away) holds one of Node's four threads for file work. */
const MOST_HUNG = 2

export function filesystem(
  read: Read,
  root: string,
  ask: Statfs = (path) => statfs(join(root, path))
): Collect {
  const hung = new Set<string>()
  return async () => {
    const samples: Sample[] = []
    for (const mount of realMounts(read(`proc/${witness(root)}/mountinfo`))) {
      const space = await patiently(mount.mountpoint, ask, hung)
      samples.push(...filesystemSamples(mount, space))
    }
    return samples
  }
}

/** @param space null: it did not answer */
export function filesystemSamples(mount: Mount, space: Space | null): Sample[] {
  const labels = {
    'system.device': mount.device,
    'system.filesystem.mountpoint': mount.mountpoint,
    'system.filesystem.type': mount.type
  }
  const bytes = space && {
    used: (space.blocks - space.bfree) * space.frsize,
    free: space.bavail * space.frsize,
    reserved: Math.max(0, space.bfree - space.bavail) * space.frsize
  }
  const open = bytes ? bytes.used + bytes.free : 0
  return [
    ...(['used', 'free', 'reserved'] as const).map((state) => ({
      metric: METRICS.filesystemUsage,
      labels: { ...labels, 'system.filesystem.state': state },
      value: bytes?.[state] ?? null
    })),
    // As df counts: what is reserved for root is nobody's to use.
    {
      metric: METRICS.filesystemUtilization,
      labels,
      value: bytes && open > 0 ? ratio(bytes.used / open) : null
    }
  ]
}

/** One mount a filesystem, the one with the shortest path; sorted by path. The root counts whatever its type is. */
export function realMounts(mountinfo: string): Mount[] {
  const visible = new Map<string, Mount & { filesystem: string }>()
  for (const line of mountinfo.split('\n')) {
    // proc_pid_mountinfo(5): id, parent, major:minor, root, mountpoint, options, optional fields, "-", type, source, …
    const [left = '', right = ''] = line.split(' - ')
    const [, , numbers = '', , mountpoint] = left.split(' ')
    const [type = '', device = ''] = right.split(' ')
    if (mountpoint === undefined) continue
    const path = unescaped(mountpoint)
    const filesystem = device.startsWith('/dev/') ? device : numbers
    visible.set(path, { device: unescaped(device), mountpoint: path, type, filesystem }) // a later mount hides an earlier
  }
  const shortest = new Map<string, Mount>()
  for (const { filesystem, ...mount } of visible.values()) {
    const real = mount.mountpoint === '/' || (REAL.test(mount.type) && !FILES.has(mount.mountpoint))
    const other = shortest.get(filesystem)
    if (real && (other === undefined || mount.mountpoint.length < other.mountpoint.length))
      shortest.set(filesystem, mount)
  }
  return [...shortest.values()].sort((a, b) => (a.mountpoint < b.mountpoint ? -1 : 1))
}

const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

async function patiently(path: string, ask: Statfs, hung: Set<string>): Promise<Space | null> {
  if (hung.has(path) || hung.size >= MOST_HUNG) return null
  hung.add(path)
  const answer = ask(path)
    .catch(() => null)
    .finally(() => hung.delete(path))
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, null)
  })
  return Promise.race([answer, timeout]).finally(() => clearTimeout(timer))
}
