/** Loaded into a profiled server by `--require`: a regular exit writes the profile. */
process.on('message', (message) => {
  if (message === 'end') process.exit(0);
});
