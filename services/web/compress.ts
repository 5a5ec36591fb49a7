/** Puts a brotli and a gzip copy beside each text file of the build: compressed once, as well as it goes. */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

/** Under this a packet carries the file either way. */
const WORTH = 1000

export function compress(): Plugin {
  let root = ''
  return {
    name: 'compress',
    apply: 'build',
    configResolved(config) {
      root = join(config.root, config.build.outDir)
    },
    async closeBundle() {
      for (const name of await readdir(root, { recursive: true })) {
        if (!/\.(js|css|html|svg)$/.test(name)) continue
        const file = join(root, name)
        const bytes = await readFile(file)
        if (bytes.length < WORTH) continue
        await writeFile(`${file}.br`, await promisify(brotliCompress)(bytes))
        await writeFile(`${file}.gz`, await promisify(gzip)(bytes, { level: 9 }))
      }
    }
  }
}
