import type { Book } from '../contract/book.js';

/** What the catalog starts with. */
export const SEED_BOOKS: readonly Book[] = [
  {
    isbn: '9780262033848',
    title: 'Introduction to Algorithms',
    price: 85,
    tags: ['computing', 'textbook'],
    addedAt: '2024-01-08T09:00:00.000Z',
  },
  {
    isbn: '9780201633610',
    title: 'Design Patterns',
    price: 54.99,
    tags: ['computing'],
    addedAt: '2024-01-08T09:00:00.000Z',
  },
  {
    isbn: '9780131103627',
    title: 'The C Programming Language',
    price: 60.5,
    tags: ['computing', 'classic'],
    addedAt: '2024-01-09T09:00:00.000Z',
  },
  {
    isbn: '9780141439518',
    title: 'Pride and Prejudice',
    price: 7.95,
    tags: ['novel', 'classic'],
    addedAt: '2024-01-10T09:00:00.000Z',
  },
];
