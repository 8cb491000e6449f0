"""What happens: the pure conversation core, standard library only."""
