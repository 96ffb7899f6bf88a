import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { VitePWA } from "vite-plugin-pwa";
import { defineConfig } from "vitest/config";
import { precompress } from "./scripts/precompress.ts";

const server = process.env.TEAHOUSE_DEV_SERVER ?? "http://127.0.0.1:8008";
const proxy = { "/_matrix": server, "/_teahouse": server, "/.well-known": server };

// What the server sends with the app; `vite preview` sends it too, so that nothing slips past it.
const policy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob: data:",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "form-action 'self'",
].join("; ");

export default defineConfig({
  plugins: [
    react(),
    precompress(),
    VitePWA({
      strategies: "injectManifest",
      srcDir: "src/app/worker",
      filename: "sw.ts",
      registerType: "prompt",
      injectRegister: false,
      manifest: {
        id: "/",
        name: "Teahouse 茶馆",
        short_name: "茶馆",
        start_url: "/chats",
        display: "standalone",
        background_color: "#FAF8F3",
        theme_color: "#FAF8F3",
        icons: [
          { src: "/icon-192.png", sizes: "192x192", type: "image/png" },
          { src: "/icon-512.png", sizes: "512x512", type: "image/png" },
          {
            src: "/icon-maskable-512.png",
            sizes: "512x512",
            type: "image/png",
            purpose: "maskable",
          },
        ],
      },
      injectManifest: {
        globPatterns: ["**/*.{js,css,html,svg,png,wasm}"],
        // The crypto library is one WASM file of about 8 MB; without it the app can't open offline.
        maximumFileSizeToCacheInBytes: 12 * 1024 * 1024,
      },
    }),
  ],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  // Its WASM is found beside the module; pre-bundling would move the module away from it.
  optimizeDeps: { exclude: ["@matrix-org/matrix-sdk-crypto-wasm"] },
  build: { target: "es2022", chunkSizeWarningLimit: 1500 },
  server: { host: "127.0.0.1", proxy },
  preview: { host: "127.0.0.1", proxy, headers: { "Content-Security-Policy": policy } },
  test: { environment: "jsdom", include: ["src/**/*.test.{ts,tsx}"] },
});
