import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const NAME = "oharas-50-id-7-7-grosse";
const LOCALSTACK = process.env.LOCALSTACK_ENDPOINT ?? "http://localhost:4566";

export default defineConfig(({ command }) => ({
  plugins: [react()],

  // The built page asks for its files by relative paths: LocalStack serves it below a path, and at a host of its own.
  base: command === "serve" ? `/_extension/${NAME}/` : "./",

  build: {
    outDir: "../src/oharas_50_id_7_7_grosse/static",
    emptyOutDir: true,
    // The licences of what is built in ask to be passed on with it.
    license: { fileName: "assets/licenses.md" },
    // The built page is in git. Without hashes its files keep their names.
    rolldownOptions: {
      output: {
        entryFileNames: "assets/[name].js",
        chunkFileNames: "assets/[name].js",
        assetFileNames: "assets/[name][extname]",
      },
    },
  },

  server: {
    proxy: {
      [`/_extension/${NAME}/api/`]: {
        target: LOCALSTACK,
        changeOrigin: true,
        // LocalStack refuses what pages of other origins send, and to it this server is one.
        configure: (proxy) => {
          proxy.on("proxyReq", (request) => {
            request.removeHeader("origin");
            request.removeHeader("referer");
          });
        },
      },
    },
  },
}));
