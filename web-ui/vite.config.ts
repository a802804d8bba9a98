import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { transformWithEsbuild } from 'vite';
import type { Plugin, Rollup } from 'vite';
import { defineConfig } from 'vitest/config';

/** The gateway serves what stands compressed beside a file to whoever takes it. */
function compressed(): Plugin {
  let folder = '';
  return {
    name: 'souk-compressed',
    apply: 'build',
    configResolved: (config) => {
      folder = config.build.outDir;
    },
    closeBundle: () => {
      for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
        if (!entry.isFile() || !/\.(js|css|svg|html|json|webmanifest)$/.test(entry.name)) continue;
        const path = join(entry.parentPath ?? entry.path, entry.name);
        const plain = readFileSync(path);
        const small = gzipSync(plain, { level: 9 });
        if (small.length < plain.length * 0.9) writeFileSync(`${path}.gz`, small);
      }
    },
  };
}

/**
 * sw.js, with the names of what a first visit needs: the entry, all that it imports, styles and fonts. Its name for the shell is a hash of those, which carry hashes of their content.
 */
function serviceWorker(): Plugin {
  const source = new URL('./sw/service-worker.ts', import.meta.url).pathname;
  const shellFiles = (bundle: Rollup.OutputBundle) => {
    const files = new Set<string>();
    const add = (name: string) => {
      const chunk = bundle[name];
      if (!chunk || files.has(name)) return;
      files.add(name);
      if (chunk.type !== 'chunk') return;
      chunk.imports.forEach(add);
      chunk.viteMetadata?.importedCss.forEach(add);
      chunk.viteMetadata?.importedAssets.forEach(add);
    };
    for (const chunk of Object.values(bundle))
      if (chunk.type === 'chunk' && chunk.isEntry) add(chunk.fileName);
    for (const name of Object.keys(bundle)) if (name.endsWith('.woff2')) add(name);
    return [...files].sort().map((name) => `/${name}`);
  };
  return {
    name: 'souk-service-worker',
    apply: 'build',
    async generateBundle(_, bundle) {
      const files = shellFiles(bundle);
      const script = readFileSync(source, 'utf8').replace(/^export \{\};$/m, '');
      const { code } = await transformWithEsbuild(script, source, {
        minify: true,
        target: 'es2022',
        define: {
          SHELL_FILES: JSON.stringify(files),
          SHELL_NAME: JSON.stringify(
            createHash('sha256').update(files.join()).digest('hex').slice(0, 12),
          ),
        },
        sourcemap: false,
      });
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: code });
    },
  };
}

export default defineConfig({
  resolve: { alias: { '@': new URL('./src', import.meta.url).pathname } },
  plugins: [react(), serviceWorker(), compressed()],
  build: {
    outDir: process.env.SOUK_WEB_UI_OUT ?? 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // No `data:` fonts and no inline anything: the policy of the pages allows none.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
  },
  server: {
    proxy: { '/api': 'http://localhost:8080', '/openapi.json': 'http://localhost:8080' },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test-setup.ts'],
    testTimeout: 60_000, // a machine that builds something else beside them is slow, not wrong
  },
});
