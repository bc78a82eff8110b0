import express, { type Express } from 'express';

/** The application of before, as it is: its routes move to schemas one after another. */
export function legacy(): Express {
  const app = express();
  app.use(express.urlencoded());
  app.get('/greeting/:name', (request, response) => void response.send(`Good day, ${request.params.name}.`));
  app.post('/sum', (request, response) => {
    const { a, b } = request.body as { a: string; b: string };
    response.json({ sum: Number(a) + Number(b) });
  });
  return app;
}
