"""One file a step; the first name part is its number."""
