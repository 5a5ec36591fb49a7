/** Puts the agent beside the page, as hosts fetch it: `install.sh` and the bundle that it unpacks. */
import { execFile } from 'node:child_process'
import { copyFile, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Plugin } from 'vite'

const run = promisify(execFile)
const agent = join(import.meta.dirname, '../../agent')

export function packAgent(): Plugin {
  let root = ''
  return {
    name: 'pack-agent',
    apply: 'build',
    configResolved(config) {
      root = join(config.root, config.build.outDir)
    },
    async closeBundle() {
      const bundle = join(agent, 'dist')
      // What an earlier bundle left would be sent to every host.
      await rm(bundle, { recursive: true, force: true })
      await run('npm', ['run', 'bundle', '--silent'], { cwd: agent })
      await mkdir(join(root, 'install'), { recursive: true })
      await run('tar', ['-czf', join(root, 'install/agent.tar.gz'), '-C', bundle, '.'])
      await copyFile(join(agent, 'install.sh'), join(root, 'install.sh'))
    }
  }
}
