/** Builds the browser's part (ui/) into dist/, which this service serves, and packs the agent beside it. */
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'
import { compress } from './compress.ts'
import { packAgent } from './pack-agent.ts'

export default defineConfig({
  root: 'ui',
  plugins: [svelte(), compress(), packAgent()],
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    // light-dark() and @layer stay as they are written: every browser of the last two years knows them.
    target: ['es2022', 'chrome123', 'firefox121', 'safari17.5'],
    // The polyfill is for browsers that the target leaves out.
    modulePreload: { polyfill: false },
    // Nothing is inlined as data: URLs, so that the content security policy can stay strict.
    assetsInlineLimit: 0,
    // What several pages use is one file, not twenty: a browser asks for six at a time. Charts are large, and one of their own.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'common',
              test: /(ui\/src\/(?!charts)|node_modules\/(?!uplot))/,
              minShareCount: 2,
              priority: 2
            },
            { name: 'charts', test: /ui\/src\/charts\/|uplot/, minShareCount: 2, priority: 1 }
          ]
        }
      }
    }
  },
  server: {
    proxy: { '/api': process.env.SERVER_URL ?? 'http://localhost:8080' }
  }
})
