import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { FastifyInstance } from 'fastify';

/** Nothing from elsewhere, nothing inline: the page can read this server, and run the files below. */
const policy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
};

const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Attune API</title>
    <link rel="stylesheet" href="./docs/swagger-ui.css" />
  </head>
  <body>
    <div id="api"></div>
    <script src="./docs/swagger-ui-bundle.js"></script>
    <script src="./docs/start.js"></script>
  </body>
</html>
`;

/** `validatorUrl` would send the document to a server of others. */
const start = `SwaggerUIBundle({ url: './openapi.json', dom_id: '#api', deepLinking: true, validatorUrl: null });
`;

interface File {
  path: string;
  type: string;
  content: string;
}

/** Swagger UI of `/openapi.json` at `/docs`: a page for people beside the routes of the contract. */
export async function serveDocs(app: FastifyInstance): Promise<void> {
  for (const { path, type, content } of await docsFiles()) {
    app.get(path, { helmet: { contentSecurityPolicy: policy } }, async (_request, reply) =>
      reply.type(type).header('cache-control', 'public, max-age=3600').send(content),
    );
  }
}

async function docsFiles(): Promise<File[]> {
  const require = createRequire(import.meta.url);
  const [style, bundle] = await Promise.all([
    readFile(require.resolve('swagger-ui-dist/swagger-ui.css'), 'utf8'),
    readFile(require.resolve('swagger-ui-dist/swagger-ui-bundle.js'), 'utf8'),
  ]);
  const script = 'text/javascript; charset=utf-8';
  return [
    { path: '/docs', type: 'text/html; charset=utf-8', content: html },
    { path: '/docs/swagger-ui.css', type: 'text/css; charset=utf-8', content: withoutMap(style) },
    { path: '/docs/swagger-ui-bundle.js', type: script, content: withoutMap(bundle) },
    { path: '/docs/start.js', type: script, content: start },
  ];
}

/** The maps are not served. */
function withoutMap(text: string): string {
  return text.replace(/\n(?:\/\/|\/\*)# sourceMappingURL=[^\n]*\s*$/, '\n');
}
