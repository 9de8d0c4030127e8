import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

/** Where `npm run dev` sends API calls: a running `vitrine serve` or `vitrine demo`. */
const api = process.env.VITRINE_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  base: "/studio/",
  plugins: [svelte()],
  build: { target: "es2022", sourcemap: false, modulePreload: { polyfill: false } },
  server: { port: Number(process.env.PORT ?? 5173), proxy: { "/v1": { target: api, changeOrigin: false } } },
  preview: { proxy: { "/v1": { target: api, changeOrigin: false } } },
});
