-- Work is what the feed's tables say: nothing was ever put here.

DROP TABLE jobs;
