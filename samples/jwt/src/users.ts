import { verifyPassword } from '@ts-chassis/auth';
import { Injectable } from '@ts-chassis/core';

interface User {
  readonly passwordHash: string;
  readonly roles: readonly string[];
}

/** Made by `hashPassword`; the passwords are in README.md. */
const USERS: ReadonlyMap<string, User> = new Map([
  [
    'ann',
    {
      passwordHash: '$scrypt$ln=14,r=8,p=1$kRs2KLxHqnZlrKyPO5Q8IA$Xj32SprJIYqAuW58s9hJcw36Wev9B9se2u6h8rG4AoQ',
      roles: ['reader'],
    },
  ],
  [
    'eve',
    {
      passwordHash: '$scrypt$ln=14,r=8,p=1$3t9Vir3cbtia+8pJ8KQ3+Q$LM/+RWZgKiLNL4Cn0wIPjBjAZEZXhZYuE9ZfKR137dM',
      roles: ['reader', 'editor'],
    },
  ],
]);

/** Nobody's: who names nobody we know waits as long as who names somebody. */
const NOBODY: User = {
  passwordHash: '$scrypt$ln=14,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  roles: [],
};

@Injectable()
export class Users {
  async find(name: string, password: string): Promise<User | undefined> {
    const user = USERS.get(name) ?? NOBODY;
    return (await verifyPassword(password, user.passwordHash)) ? user : undefined;
  }
}
