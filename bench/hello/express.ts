import express from 'express';

const app = express();

app.get('/hello/:name', (request, response) => {
  response.json({ message: `hello ${request.params.name}` });
});

app.listen(Number(process.env['PORT']), '127.0.0.1');
