"""The command line as people use it: as a program."""
