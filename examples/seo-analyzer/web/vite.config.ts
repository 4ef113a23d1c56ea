import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  // Where Temps serves the plugin's interface.
  base: "/api/x/seo-analyzer/ui/",
  build: { outDir: "dist", emptyOutDir: true, assetsInlineLimit: 0 },
  server: {
    port: 5175,
    // The API of `temps-wasm dev`, for everything that is not the interface.
    proxy: { "^/api/x/seo-analyzer/(?!ui/)": { target: "http://127.0.0.1:8081" } },
  },
});
