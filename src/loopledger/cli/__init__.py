"""The command line: one module a group of commands, stages imported only when a command runs."""
