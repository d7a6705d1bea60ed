// The OpenAPI document: made from the routes that are registered.

import type { Api } from './api-frame.ts';

/** @param api with all its routes */
export function apiDocument(api: Api) {
  api.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'A key (`nodrift api-keys`) or an OAuth 2 client-credentials token',
  });
  return api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Nodrift', version: '1', description: 'Children’s plans that do not drift' },
    servers: [{ url: '/' }],
  });
}
