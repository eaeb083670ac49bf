// @hey-api/openapi-ts; the folder it writes to comes in CLIENT_FOLDER.
export default {
  output: {
    path: process.env.CLIENT_FOLDER,
    // With extensions in imports, Node runs what tsc makes of it, and bundlers take it as well.
    module: { extension: ".js" },
  },
  plugins: ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"],
};
