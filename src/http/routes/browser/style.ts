import type { FastifyInstance } from 'fastify';
import { CONSOLE_STYLE } from '../../../console/stylesheet.ts';

/** `GET /console/style.css`: the one file that pages load. It is part of the program, so that no path of a disk is ever looked up. */
export function styleRoute(app: FastifyInstance): void {
  app.get('/console/style.css', async (_request, reply) =>
    reply
      .headers({ 'content-type': 'text/css; charset=utf-8', 'cache-control': 'public, max-age=300' })
      .send(CONSOLE_STYLE),
  );
}
