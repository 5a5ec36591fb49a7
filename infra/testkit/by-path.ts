/** What a load balancer does before the five services: sends each request to the one that owns its path. */
import http from 'node:http'
import type { AddressInfo } from 'node:net'

/** @param owners urls of the services by the start of "METHOD /path" or of "/path"; the first that fits gets the request */
export async function routeByPath(owners: readonly (readonly [prefix: string, url: string])[]) {
  const server = http.createServer((request, response) => {
    const { method, url: path = '/' } = request
    const fits = ([prefix]: readonly [string, string]) =>
      path.startsWith(prefix) || `${method} ${path}`.startsWith(prefix)
    const [, url = ''] = owners.find(fits) ?? []
    const { hostname, port } = new URL(url)
    const onward = http.request({ hostname, port, path, method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.writeHead(502).end())
    request.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    }
  }
}
