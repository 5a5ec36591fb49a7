import { expect, test, vi } from 'vitest'
import { filesystem, realMounts } from '../src/collect/filesystem.ts'

const mountpoints = (mountinfo: string) => realMounts(mountinfo).map(({ mountpoint }) => mountpoint)

test('a desktop: real filesystems once each, by their shortest path', () => {
  const mountinfo = `22 27 0:21 / /proc rw - proc proc rw
24 27 0:6 / /dev rw - devtmpfs devtmpfs rw
25 24 0:23 / /dev/shm rw - tmpfs tmpfs rw
27 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw
30 27 259:1 / /boot/efi rw shared:3 - vfat /dev/nvme0n1p1 rw
31 27 7:0 / /snap/core/1 ro - squashfs /dev/loop0 ro
32 27 259:2 /srv /mnt/a/bind rw - ext4 /dev/nvme0n1p2 rw
33 27 0:41 /home /home rw - btrfs /dev/sdb1 rw,subvol=/home
34 27 0:41 /var /srv/other rw - btrfs /dev/sdb1 rw,subvol=/var
35 27 0:50 / /media/my\\040disk rw - fuseblk /dev/sdc1 rw
36 27 0:51 / /mnt/nas rw - nfs4 nas:/export rw
37 27 0:52 / /var/lib/docker/overlay2/x/merged rw - overlay overlay rw
`
  expect(mountpoints(mountinfo)).toEqual(['/', '/boot/efi', '/home', '/media/my disk', '/mnt/nas'])
})

test('a container: its overlay root counts, the files that the engine mounts do not', () => {
  const mountinfo = `100 99 0:60 / / rw - overlay overlay rw,lowerdir=/a
101 100 0:61 / /proc rw - proc proc rw
102 100 254:1 /resolv.conf /etc/resolv.conf rw - ext4 /dev/vda1 rw
103 100 254:1 /hosts /etc/hosts rw - ext4 /dev/vda1 rw
104 100 254:1 /volumes/data /data rw - ext4 /dev/vda1 rw
`
  expect(mountpoints(mountinfo)).toEqual(['/', '/data'])
})

test('a mount over another hides it', () => {
  const mountinfo = `27 1 8:1 / / rw - ext4 /dev/sda1 rw
28 27 8:2 / /data rw - ext4 /dev/sda2 rw
29 28 0:9 / /data rw - tmpfs tmpfs rw
`
  expect(mountpoints(mountinfo)).toEqual(['/'])
})

test('a filesystem that does not answer is null and does not hold up the others, now or next time', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const mountinfo = `1 1 0:50 / /a rw - nfs4 nas:/a rw
2 1 8:1 / /b rw - ext4 /dev/sda1 rw
`
    const asked: string[] = []
    const collect = filesystem(
      () => mountinfo,
      '/',
      (path) => {
        asked.push(path)
        return path === '/a'
          ? new Promise(() => {})
          : Promise.resolve({ blocks: 10, bfree: 5, bavail: 5, frsize: 1 })
      }
    )
    const values = async () => {
      const samples = collect(0)
      await vi.advanceTimersByTimeAsync(2_000)
      return (await samples)
        .filter(({ labels }) => labels?.['system.filesystem.state'] === 'used')
        .map(({ value }) => value)
    }
    expect(await values()).toEqual([null, 5])
    expect(await values()).toEqual([null, 5])
    expect(asked).toEqual(['/a', '/b', '/b'])
  } finally {
    vi.useRealTimers()
  }
})
