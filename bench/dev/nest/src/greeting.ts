/** The line that the benchmark changes. */
export const greeting = 'hello 0';
