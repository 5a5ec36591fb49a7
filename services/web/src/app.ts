/** Serves the page: the files that Vite built, those with a hash in their name for good; and what hosts fetch of the agent. */
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { defineService } from '@miniobserv/service'
import Type from 'typebox'
import { serveNodeProgram } from './node-program.ts'

const ROOT = join(import.meta.dirname, '../dist')

export const web = defineService({ settings: Type.Object({}), needs: [] }, ({ checks, log }) => ({
  name: 'web',
  async routes(app) {
    const built = () =>
      access(join(ROOT, 'index.html')).catch(() => {
        throw new Error('the page is not built; run: npm run build')
      })
    checks.add('page', built)
    await built().catch((error: Error) => log.warn(error.message))
    await app.register(fastifyStatic, {
      root: ROOT,
      preCompressed: true, // Vite leaves .br and .gz beside each file
      cacheControl: false,
      setHeaders(reply, path) {
        const hashed = path.includes('/assets/')
        reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache')
      }
    })
    serveNodeProgram(app)
  }
}))
