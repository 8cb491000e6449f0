"""The commands, a module a noun. They talk to people on the terminal, never to patients."""
