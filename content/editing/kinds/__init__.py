"""The kinds of things that can be edited, one module each: names, read, write."""
